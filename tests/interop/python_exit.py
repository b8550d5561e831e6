"""A Python host that ends or forks while events come: python_exit.py LIBRARY CASE. It prints what it saw."""

import atexit
import ctypes as C
import os
import sys
import threading
import time

library = C.CDLL(sys.argv[1])
EVENT = C.CFUNCTYPE(None, C.c_void_p, C.c_void_p, C.c_void_p)


class Text(C.Structure):
    _fields_ = [("data", C.c_char_p), ("size", C.c_size_t)]


LOG = C.CFUNCTYPE(None, C.c_void_p, C.c_uint32, C.c_uint64, Text)
handle, number = C.c_void_p, C.c_uint64
library.tgcall_config_new.restype = handle
library.tgcall_config_set_logger.argtypes = [handle, C.c_uint32, LOG, handle]
library.tgcall_client_new.argtypes = [handle, C.POINTER(handle)]
library.tgcall_client_start.argtypes = [handle, EVENT, handle]
library.tgcall_client_free.argtypes = [handle]
library.tgcall_client_free.restype = None
library.tgcall_attach.argtypes = [handle, C.c_int, C.c_char_p, C.c_size_t, handle, C.POINTER(number)]
library.tgcall_connect.argtypes = [handle, number, C.c_char_p, C.c_int, C.c_char_p]
library.tgcall_discard.argtypes = [handle, number, C.c_uint32]
library.tgcall_status_get_text.argtypes = []
library.tgcall_status_get_text.restype = Text


def make_call(client):
    """Events, in any case."""
    call = number()
    if library.tgcall_attach(client, 1, bytes(range(256)), 256, None, C.byref(call)) == 0:
        library.tgcall_connect(client, call, b"9.0.0", 1, None)
    library.tgcall_discard(client, call, 0)


class Account:
    """As a wrapper would be."""

    def __init__(self, log=None):
        self.told = told = threading.Event()
        self.client = client = handle()
        self.busy = busy = []

        # It knows nothing of the account: one that never returns keeps no account alive.
        def on(*_):
            told.set()
            if busy:  # one event is the reason for the next
                make_call(client)

        self.on_event = EVENT(on)
        config = library.tgcall_config_new()
        self.log = log
        if log:
            assert library.tgcall_config_set_logger(config, 5, log, None) == 0
        assert library.tgcall_client_new(config, C.byref(client)) == 0
        assert library.tgcall_client_start(client, self.on_event, None) == 0

    def call(self):
        make_call(self.client)

    def keep_busy(self):
        self.busy.append(True)
        self.call()
        assert self.told.wait(10)
        time.sleep(0.05)

    def free(self):
        library.tgcall_client_free(self.client)


class Freed(Account):
    """It frees its client when it is collected."""

    def __del__(self, free=library.tgcall_client_free):  # its module may have lost its names
        free(self.client)


def account_freed_at_exit(*log):
    """As the header asks for. What comes when the interpreter is gone, CPython's own PyGILState_Ensure does not survive."""
    account = Account(*log)
    atexit.register(account.free)
    return account


case = sys.argv[2]
if case == "callbacks":  # events come while the interpreter shuts down
    account = account_freed_at_exit()
    account.keep_busy()
elif case == "logger":  # and log lines, under our lock
    account = account_freed_at_exit(LOG(lambda *_: None))
    account.keep_busy()
elif case == "collected":  # the wrapper goes while the interpreter does, which has begun to end our threads
    sys.account = Freed(LOG(lambda *_: None))  # which is emptied at the very end, whoever is in a callback
    sys.account.keep_busy()
elif case == "raised":
    account = account_freed_at_exit()
    account.keep_busy()
    sys.excepthook = lambda *_: None
    raise SystemExit(5)
elif case == "forked":
    account = Freed()
    time.sleep(0.05)
    child = os.fork()
    if child == 0:
        assert library.tgcall_discard(account.client, 1, 0) == -3
        assert b"forked" in library.tgcall_status_get_text().data
        del account
        sys.exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    account.call()
    assert account.told.wait(10)
else:
    sys.exit("no such case")
print("done", flush=True)
