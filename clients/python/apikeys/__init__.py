"""Client of the API key server."""

from ._client import ApiError, Client, Keys, Pages, Resource
from ._format import is_well_formed_key
from ._middleware import AsgiMiddleware, WsgiMiddleware
from ._webhooks import is_genuine_webhook

__all__ = [
    "ApiError",
    "AsgiMiddleware",
    "Client",
    "Keys",
    "Pages",
    "Resource",
    "WsgiMiddleware",
    "is_genuine_webhook",
    "is_well_formed_key",
]
