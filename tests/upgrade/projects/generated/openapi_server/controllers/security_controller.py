def info_from_api_key(api_key, required_scopes):
    return {'uid': 'user_id'} if api_key == 'right-key' else None
