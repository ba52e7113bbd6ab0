#!/bin/sh
# Examine the start command of a container image, inside it: its ENTRYPOINT and CMD, packages, folder, variables.
#
#   check-image.sh IMAGE [OPTIONS OF CONNEXION-DOCTOR ...]
#
# DOCKER names the program (docker, podman), PYTHON the interpreter in the image, CONNEXION_DOCTOR what pip installs.
set -eu

image=${1:?usage: check-image.sh IMAGE [OPTIONS ...]}
shift
docker=${DOCKER:-docker}

# One word a line; a word with a line end in it cannot be a start command's.
words=$("$docker" image inspect --format \
    '{{range .Config.Entrypoint}}{{println .}}{{end}}{{range .Config.Cmd}}{{println .}}{{end}}' "$image")
if [ -z "$(printf %s "$words" | tr -d '[:space:]')" ]; then
    echo "check-image.sh: $image has neither ENTRYPOINT nor CMD" >&2
    exit 2
fi

set -- "$@" --
while IFS= read -r word; do
    if [ -n "$word" ]; then
        set -- "$@" "$word"
    fi
done <<EOF
$words
EOF

exec "$docker" run --rm --user 0 --entrypoint sh \
    -e DOCTOR_PYTHON="${PYTHON:-python}" -e DOCTOR_VERSION="${CONNEXION_DOCTOR:-connexion-doctor}" \
    "$image" -c '
        "$DOCTOR_PYTHON" -m venv /tmp/connexion-doctor >&2 &&
        /tmp/connexion-doctor/bin/python -m pip install --quiet "$DOCTOR_VERSION" >&2 || exit 3
        exec /tmp/connexion-doctor/bin/connexion-doctor --python "$(command -v "$DOCTOR_PYTHON")" "$@"
    ' sh "$@"
