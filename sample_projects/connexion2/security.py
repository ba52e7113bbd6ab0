"""API keys of the grid operators."""


def info_from_api_key(api_key, required_scopes=None):
    if api_key == "demo-key":
        return {"uid": "grid-north"}
    return None
