"""``python -m connexion_doctor``."""

from connexion_doctor_command import main

if __name__ == "__main__":
    main()
