"""A Python host that ends without freeing its client, or forks: python_exit.py LIBRARY CASE. It prints what it saw."""

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


class Account:
    """As a wrapper would be: it frees its client when it is collected."""

    def __init__(self, log=None):
        self.told = threading.Event()
        self.on_event = EVENT(lambda *_: self.told.set())
        config = library.tgcall_config_new()
        self.log = log
        if log:
            assert library.tgcall_config_set_logger(config, 5, log, None) == 0
        self.client = handle()
        assert library.tgcall_client_new(config, C.byref(self.client)) == 0
        assert library.tgcall_client_start(self.client, self.on_event, None) == 0

    def call(self):
        call = number()
        if library.tgcall_attach(self.client, 1, bytes(range(256)), 256, None, C.byref(call)) == 0:
            library.tgcall_connect(self.client, call, b"9.0.0", 1, None)
        library.tgcall_discard(self.client, call, 0)

    def keep_busy(self):
        def work():
            while True:
                self.call()

        threading.Thread(target=work, daemon=True).start()
        assert self.told.wait(10)
        time.sleep(0.05)

    def free(self):
        library.tgcall_client_free(self.client)


class Freed(Account):
    def __del__(self):
        self.free()


case = sys.argv[2]
if case == "callbacks":  # events come while the interpreter shuts down
    account = Account()
    account.keep_busy()
elif case == "logger":  # and log lines, under our lock
    account = Account(LOG(lambda *_: None))
    account.keep_busy()
elif case == "collected":  # the wrapper goes while the interpreter does
    account = Freed(LOG(lambda *_: None))
    account.keep_busy()
elif case == "raised":
    account = Account()
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
