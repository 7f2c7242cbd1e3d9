"""Whether there is a screen for a window: asked before Qt is, which aborts the process on one that does not answer."""

import os
import sys


def has_display() -> bool:
    """Whoever names a platform plugin of Qt's knows what it needs."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return (_named("WAYLAND_DISPLAY") and _wayland_answers()) or (_named("DISPLAY") and _x11_answers())


def _named(variable: str) -> bool:
    return bool(os.environ.get(variable))


def _x11_answers() -> bool:
    """By the library that Qt's plugin uses: it knows every way to name a display, and its authority file."""
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt says best what it lacks
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    error: int = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return error == 0


def _wayland_answers() -> bool:
    import ctypes

    try:
        wayland = ctypes.CDLL("libwayland-client.so.0")
    except OSError:
        return True
    wayland.wl_display_connect.restype = ctypes.c_void_p
    connection: int | None = wayland.wl_display_connect(None)
    if connection is None:
        return False
    wayland.wl_display_disconnect(ctypes.c_void_p(connection))
    return True
