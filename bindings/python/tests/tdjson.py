"""A stand-in for tdjson, over the simulator: TDLib itself has its servers compiled in, and reaches no other.

It speaks TDLib's JSON as far as calls go, by the three functions of tdjson. What TDLib does of a call, up to the key, a
client of ours with Media.HOST does here.
"""

import asyncio
import base64
import json
import queue
import struct

import libtgcall
from libtgcall import CallEndedEvent, CallIncomingEvent, CallStateEvent, DiscardReason, End, Media, SignalingReceivedEvent
from libtgcall.simulator import Telegram

_CONNECTION, _WEBRTC = 0x9CC123C7, 0x635FE375
_VECTOR = 0x1CB5C415
_INPUT_GROUP_CALL, _PEER_SELF, _DATA_JSON = 0xD8AA840F, 0x7DA07EC9, 0x7D748D04
_JOIN, _LEAVE, _CONNECTION_UPDATE, _PARTICIPANT = 0x8FB53057, 0x500377F9, 0x0B783982, 0x2A3DC7AC
_GET_PARTICIPANTS, _JOIN_PRESENTATION = 0xC558D8AB, 0xCBEA6BC4

_REASONS = {
    End.MISSED: "callDiscardReasonMissed",
    End.BUSY: "callDiscardReasonDeclined",
    End.DECLINED: "callDiscardReasonDeclined",
    End.ELSEWHERE: "callDiscardReasonDeclined",
    End.DISCONNECTED: "callDiscardReasonDisconnected",
    End.NO_PATH: "callDiscardReasonDisconnected",
}
_UP = (libtgcall.CallState.CONNECTING, libtgcall.CallState.ACTIVE)


class TdJson:
    """One client of one account. `td_receive` is called on another thread, as tdjson's is."""

    def __init__(self, port, account):
        self.port, self.account = port, account
        self.loop = asyncio.get_running_loop()
        self.out = queue.Queue()
        self.seen = []
        """Every request, for tests to look at."""
        self.calls = {}
        self.next = 1
        self.users_answer = {}
        """What to answer instead of doing it, by the name of the function."""

    async def __aenter__(self):
        self.telegram = await Telegram.connect(self.port, self.account)
        self.client = libtgcall.Client(self.telegram.send, user_id=self.account, media=Media.HOST)
        self.client.start()
        self.telegram.on_update = self.on_update
        self.client.set_server_time(self.telegram.server_time)
        self.client.on_event(self.on_event)
        return self

    async def __aexit__(self, *_):
        await self.client.close()
        await self.telegram.close()

    # tdjson

    def td_create_client_id(self):
        return 1

    def td_send(self, client_id, text):
        assert client_id == 1 and isinstance(text, bytes)
        self.loop.call_soon_threadsafe(self.take, json.loads(text))

    def td_receive(self, timeout_s):
        try:
            return json.dumps({**self.out.get(timeout=timeout_s), "@client_id": 1}).encode()
        except queue.Empty:
            return None

    # TDLib

    def tell(self, told):
        self.out.put(told)

    def take(self, request):
        extra = request.pop("@extra")
        self.seen.append(request)
        try:
            answer = self.users_answer.get(request["@type"]) or getattr(self, request["@type"])(request)
            if asyncio.iscoroutine(answer):
                task = asyncio.ensure_future(answer)
                task.add_done_callback(lambda done: self.tell({**done.result(), "@extra": extra}))
                return
        except libtgcall.StatusError:
            answer = {"@type": "error", "code": 400, "message": "Call not found"}
        self.tell({**answer, "@extra": extra})

    def createCall(self, request):
        assert request["protocol"]["@type"] == "callProtocol" and request["protocol"]["library_versions"]
        user = request["user_id"]
        return {"@type": "callId", "id": self.known(self.client.request(user, self.telegram.access_hashes[user]), True)}

    def acceptCall(self, request):
        assert request["protocol"]["library_versions"]
        self.call(request).accept()
        return {"@type": "ok"}

    def discardCall(self, request):
        assert isinstance(request["duration"], int)
        self.call(request).discard(DiscardReason.DISCONNECT if request["is_disconnected"] else DiscardReason.AUTO)
        return {"@type": "ok"}

    def sendCallSignalingData(self, request):
        self.call(request).send_signaling(base64.b64decode(request["data"], validate=True))
        return {"@type": "ok"}

    # Group calls

    def getChat(self, request):
        chat = self.telegram.chats[-request["chat_id"] - 10**12]
        return {"@type": "chat", "video_chat": {"@type": "videoChat", "group_call_id": int(chat.call_id != 0)}}

    def input_call(self):
        chat = next(chat for chat in self.telegram.chats.values() if chat.call_id)
        return struct.pack("<Iqq", _INPUT_GROUP_CALL, chat.call_id, chat.access_hash)

    async def joinVideoChat(self, request):
        parameters = request["join_parameters"]
        assert parameters["@type"] == "groupCallJoinParameters" and not parameters["is_my_video_enabled"]
        self.source = parameters["audio_source_id"]
        head = struct.pack("<II", _JOIN, int(parameters["is_muted"])) + self.input_call() + struct.pack("<I", _PEER_SELF)
        answer = await self.telegram.send(head + struct.pack("<I", _DATA_JSON) + tl_string(parameters["payload"]))
        return self.connection(answer)

    async def startGroupCallScreenSharing(self, request):
        head = struct.pack("<I", _JOIN_PRESENTATION) + self.input_call()
        answer = await self.telegram.send(head + struct.pack("<I", _DATA_JSON) + tl_string(request["payload"]))
        return self.connection(answer)

    def connection(self, answer):
        self.on_update(answer)
        reader = _Reader(answer)
        # Behind its flags, and the constructor of the JSON.
        reader.at = answer.index(struct.pack("<I", _CONNECTION_UPDATE)) + 12
        return {"@type": "text", "text": reader.text().decode()}

    async def loadGroupCallParticipants(self, request):
        nobody = struct.pack("<Ii", _VECTOR, 0)
        asked = struct.pack("<I", _GET_PARTICIPANTS) + self.input_call() + 2 * nobody + tl_string("")
        self.tell_participants(await self.telegram.send(asked + struct.pack("<i", request["limit"])))
        return {"@type": "ok"}

    async def leaveGroupCall(self, request):
        await self.telegram.send(struct.pack("<I", _LEAVE) + self.input_call() + struct.pack("<i", self.source))
        return {"@type": "ok"}

    def on_update(self, update):
        self.client.feed(update)
        self.tell_participants(update)

    def tell_participants(self, update):
        """Who is in the group call, wherever it is said."""
        mark, at = struct.pack("<I", _PARTICIPANT), -1
        while (at := update.find(mark, at + 1)) >= 0:
            flags, _, user, _ = struct.unpack_from("<IIqi", update, at + 4)
            (source,) = struct.unpack_from("<i", update, at + 24 + (4 if flags & 8 else 0))
            told = {
                "@type": "groupCallParticipant",
                "participant_id": {"@type": "messageSenderUser", "user_id": user},
                "audio_source_id": source,
                "is_current_user": user == self.account,
                "volume_level": 10000,
                "order": "" if flags & 2 else "1",
            }
            self.tell({"@type": "updateGroupCallParticipant", "group_call_id": 1, "participant": told})

    def call(self, request):
        call = self.calls.get(request["call_id"])
        if call is None or call.ended:
            raise libtgcall.NotFoundError(-2, "Call not found")
        return call

    def known(self, call, is_outgoing):
        for number, other in self.calls.items():
            if other is call:
                return number
        number, self.next = self.next, self.next + 1
        self.calls[number], call.is_outgoing, call.was_ready = call, is_outgoing, False
        self.update(call, {"@type": "callStatePending", "is_created": True, "is_received": False})
        return number

    def update(self, call, state):
        told = {
            "@type": "call",
            "id": self.known(call, call.is_outgoing),
            "unique_id": "0",
            "user_id": call.user_id,
            "is_outgoing": call.is_outgoing,
            "is_video": False,
            "state": state,
        }
        self.tell({"@type": "updateCall", "call": told})

    def on_event(self, event):
        call = next((call for call in self.calls.values() if call.id == event.call_id), None)
        if isinstance(event, CallIncomingEvent):
            self.known(self.client._call(event.call_id), False)
        elif call is None:
            return
        elif isinstance(event, SignalingReceivedEvent):
            data = base64.b64encode(event.data).decode()
            self.tell({"@type": "updateNewCallSignalingData", "call_id": self.known(call, False), "data": data})
        elif isinstance(event, CallStateEvent) and event.state in _UP and not call.was_ready:
            call.was_ready = True
            call.set_connected(True)
            self.update(call, self.ready(call))
        elif isinstance(event, CallEndedEvent):
            self.update(call, self.over(event))

    def ready(self, call):
        versions, servers = servers_of(call.phone_call)
        return {
            "@type": "callStateReady",
            "protocol": {"@type": "callProtocol", "library_versions": versions},
            "servers": servers,
            "config": "{}",
            "encryption_key": base64.b64encode(call.key).decode(),
            "emojis": list(call.emoji),
            "allow_p2p": True,
            "is_group_call_supported": False,
            "custom_parameters": "",
        }

    def over(self, event):
        if event.end in (End.PRIVACY, End.FLOOD, End.SERVER, End.NO_USER, End.OUTDATED):
            code, name = event.text.rpartition(": ")[2].split()
            if event.end == End.FLOOD:  # TDLib has a wording of its own for it
                code, name = 429, f"Too Many Requests: retry after {event.retry_after_s}"
            return {"@type": "callStateError", "error": {"@type": "error", "code": int(code), "message": name}}
        return {
            "@type": "callStateDiscarded",
            "reason": {"@type": _REASONS.get(event.end, "callDiscardReasonHungUp")},
            "need_rating": event.wants_rating,
            "need_debug_information": event.wants_report,
            "need_log": False,
        }


def servers_of(phone_call):
    """The versions and the servers of a phoneCall in TL, as TDLib has them."""
    reader = _Reader(phone_call)
    kind, flags = reader.number("<I"), reader.number("<I")
    assert kind == 0x30535AF5, hex(kind)
    reader.skip(8 + 8 + 4 + 8 + 8)
    reader.text()  # g_a_or_b
    reader.skip(8)
    reader.number("<I"), reader.number("<I"), reader.skip(8)  # protocol, its flags and layers
    versions = [reader.text().decode() for _ in range(reader.vector())]
    servers = [reader.server() for _ in range(reader.vector())]
    assert flags is not None and servers
    return versions, servers


def tl_string(text):
    data = text.encode()
    head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    return head + data + bytes(-(len(head) + len(data)) % 4)


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def skip(self, size):
        self.at += size

    def number(self, form):
        (number,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return number

    def vector(self):
        assert self.number("<I") == _VECTOR
        return self.number("<i")

    def text(self):
        size = self.data[self.at]
        head = 1
        if size == 254:
            size, head = int.from_bytes(self.data[self.at + 1 : self.at + 4], "little"), 4
        text = self.data[self.at + head : self.at + head + size]
        self.at += head + size + -(head + size) % 4
        return text

    def server(self):
        kind, flags = self.number("<I"), self.number("<I")
        number, ip, ipv6 = self.number("<q"), self.text().decode(), self.text().decode()
        server = {"@type": "callServer", "id": str(number), "ip_address": ip, "ipv6_address": ipv6}
        server["port"] = self.number("<i")
        if kind == _CONNECTION:
            tag = base64.b64encode(self.text()).decode()
            server["type"] = {"@type": "callServerTypeTelegramReflector", "peer_tag": tag, "is_tcp": bool(flags & 1)}
        else:
            assert kind == _WEBRTC
            server["type"] = {
                "@type": "callServerTypeWebrtc",
                "username": self.text().decode(),
                "password": self.text().decode(),
                "supports_turn": bool(flags & 1),
                "supports_stun": bool(flags & 2),
            }
        return server
