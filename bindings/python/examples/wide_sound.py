"""L16 at 48 kHz for PJSIP, for sip_gateway.py: the codec is there, and takes any rate, but is on no list.

PJSIP's own list of L16 ends at 44.1 kHz in the wheel of PJSUA2, which has no Opus either. What is not on a list is neither
offered nor carried. PJMEDIA takes further lists by `pjmedia_codec_mgr_register_factory`, which Python reaches by ctypes; the one
here names L16/48000 and makes no codec, so that PJMEDIA goes on to its own.
"""

import ctypes
from typing import Any

import pjsua2 as pj

NAME, RATE_HZ = "L16/48000/1", 48000
_AUDIO, _DYNAMIC = 1, 115
_DONE, _NOT_MINE = 0, 70004  # PJ_SUCCESS, PJ_EINVAL


class _Text(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_ssize_t)]


class _Info(ctypes.Structure):
    """pjmedia_codec_info."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("payload_type", ctypes.c_uint),
        ("name", _Text),
        ("rate_hz", ctypes.c_uint),
        ("channels", ctypes.c_uint),
    ]


_Two = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_Three = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_List = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint), ctypes.POINTER(_Info))
_None = ctypes.CFUNCTYPE(ctypes.c_int)


class _Functions(ctypes.Structure):
    """pjmedia_codec_factory_op."""

    _fields_ = [
        ("test_alloc", _Two),
        ("default_attr", _Three),
        ("enum_info", _List),
        ("alloc_codec", _Three),
        ("dealloc_codec", _Two),
        ("destroy", _None),
    ]


class _Factory(ctypes.Structure):
    """pjmedia_codec_factory."""

    _fields_ = [
        ("previous", ctypes.c_void_p),
        ("next", ctypes.c_void_p),
        ("data", ctypes.c_void_p),
        ("functions", ctypes.POINTER(_Functions)),
    ]


def _name(_factory: Any, count: Any, infos: Any) -> int:
    count[0] = min(count[0], 1)
    if count[0]:
        infos[0] = _Info(_AUDIO, _DYNAMIC, _Text(b"L16", 3), RATE_HZ, 1)
    return _DONE


_two, _three = _Two(lambda *_: _NOT_MINE), _Three(lambda *_: _NOT_MINE)
_functions = _Functions(_two, _three, _List(_name), _three, _two, _None(lambda: _DONE))
# PJMEDIA keeps it until its end.
_factory = _Factory(functions=ctypes.pointer(_functions))


def add() -> bool:
    """After `libInit`, once for each endpoint. False: this PJSIP does not let Python at its functions."""
    try:
        library = ctypes.CDLL(pj._pjsua2.__file__)
        endpoint, manager = library.pjsua_get_pjmedia_endpt, library.pjmedia_endpt_get_codec_mgr
        register = library.pjmedia_codec_mgr_register_factory
    except (AttributeError, OSError):
        return False
    endpoint.restype = manager.restype = ctypes.c_void_p
    manager.argtypes = [ctypes.c_void_p]
    register.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    return bool(register(manager(endpoint()), ctypes.addressof(_factory)) == _DONE)
