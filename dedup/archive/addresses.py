"""Addresses of archives as they may be printed."""


def shown(address: str) -> str:
    """Return an address without its password and its query, so that it may be printed."""
    if "://" not in address:
        return address
    scheme, _, rest = address.partition("://")
    rest = rest.partition("?")[0]
    user, at, host = rest.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}{':***' if ':' in user else ''}{at}{host}"
