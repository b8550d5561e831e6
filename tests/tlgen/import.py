#!/usr/bin/env python3
"""Makes src/tl/schema/{phone,older,e2e,skip}.tl from public schema files. Run once per new layer, by hand:

    python3 tests/tlgen/import.py phone api-223.tl mtproto.tl              > src/tl/schema/phone.tl
    python3 tests/tlgen/import.py older api-150.tl … api-216.tl api-223.tl > src/tl/schema/older.tl
    python3 tests/tlgen/import.py e2e   e2e.tl                             > src/tl/schema/e2e.tl
    python3 tests/tlgen/import.py skip  skip.tl api-150.tl api-152.tl …    > src/tl/schema/skip.tl.new

Only definitions are taken, which are facts; the choice, the order, the grouping and the notes are ours. Where the files
came from: layer 223 is Telegram's published schema; 216, 222, 227 and 230 are tl/api.tl of grammers-tl-types 0.8, 0.9,
0.10 and 0.11 (MIT or Apache-2.0); those from 150 to 214 are what the packages telegram (npm), @mtcute/tl (npm), Telethon,
kurigram and pyrofork (PyPI) carry: layers 150, 152, 155, 158, 160, 162, 165 to 167, 169, 173, 174, 177 to 179, 181, 184, 185,
188, 189, 193, 195, 196, 198, 199, 201, 202, 204, 211, 214, 216, 218, 220, 221. A file's name says its layer; the one before the
first layer is there because a layer begins with what the one before it had. rpc_error is in every mtproto.tl. The generator
checks the id of every line.
"""
import re
import sys

# What of a partial type we read; everything else of it is skipped by skip.tl.
PARTIAL = {
    "InputFileLocation": ["inputGroupCallStream"],
    "EncryptedMessage": ["encryptedMessageService"],
    "Message": ["messageEmpty", "messageService"],
    "MessageAction": [
        "messageActionEmpty", "messageActionPhoneCall", "messageActionGroupCall", "messageActionInviteToGroupCall",
        "messageActionGroupCallScheduled", "messageActionConferenceCall",
    ],
    "MessageMedia": ["messageMediaEmpty", "messageMediaVideoStream"],
    "SendMessageAction": ["sendMessageCancelAction", "speakingInGroupCallAction"],
    "Update": [
        "updatePhoneCall", "updatePhoneCallSignalingData", "updateGroupCallParticipants", "updateGroupCall",
        "updateGroupCallConnection", "updateGroupCallChainBlocks", "updateGroupCallMessage",
        "updateGroupCallEncryptedMessage", "updateDeleteGroupCallMessages", "updateMessageID", "updateNewMessage",
        "updateNewChannelMessage", "updateUser", "updateChat", "updateChannel", "updateConfig", "updateChatUserTyping",
        "updateChannelUserTyping",
    ],
}
# Topic → types, in the order of the file. A type that is reached and not named here stops the script.
TOPICS = {
    "private calls": [
        "phone.PhoneCall", "PhoneCall", "PhoneCallProtocol", "PhoneCallDiscardReason", "PhoneConnection", "InputPhoneCall",
        "messages.DhConfig", "DataJSON",
    ],
    "group calls and conferences": [
        "phone.GroupCall", "GroupCall", "InputGroupCall", "GroupCallParticipant", "GroupCallParticipantVideo",
        "GroupCallParticipantVideoSourceGroup", "phone.GroupParticipants", "phone.JoinAsPeers", "phone.ExportedGroupCallInvite",
        "phone.GroupCallStreamChannels", "GroupCallStreamChannel", "phone.GroupCallStreamRtmpUrl", "phone.GroupCallStars",
        "GroupCallDonor", "GroupCallMessage", "TextWithEntities", "MessageEntity",
    ],
    "who": ["Peer", "InputPeer", "InputUser", "InputChannel"],
    "users": [
        "User", "UserProfilePhoto", "UserStatus", "RestrictionReason", "EmojiStatus", "Username", "RecentStory", "PeerColor",
    ],
    "chats": ["Chat", "ChatPhoto", "ChatAdminRights", "ChatBannedRights"],
    "updates": ["Updates", "Update", "SendMessageAction", "updates.State", "updates.Difference", "EncryptedMessage"],
    "messages that report calls": [
        "Message", "MessageAction", "MessageMedia", "MessageReplyHeader", "MessageFwdHeader", "MessageReactions",
        "ReactionCount", "MessagePeerReaction", "MessageReactor", "Reaction",
    ],
    "files: call logs up, stream segments down": [
        "InputFile", "InputDocument", "InputFileLocation", "upload.File", "storage.FileType", "FileHash",
    ],
    "configuration": ["Config", "DcOption"],
    "errors and envelopes": ["RpcError", "Error", "InputClientProxy", "JSONValue", "JSONObjectValue"],
}
FUNCTIONS = [
    "messages.getDhConfig", "messages.setTyping", "help.getConfig", "upload.saveFilePart", "upload.saveBigFilePart",
    "upload.getFile", "updates.getState", "updates.getDifference", "invokeAfterMsg", "invokeAfterMsgs", "initConnection", "invokeWithLayer",
]
# Notes for the generator: see tests/tlgen/mod.rs.
NOTES = {
    "phone.joinGroupCall": ["group flags.3 key JoinKey"],
    "phone.createConferenceCall": ["group flags.3 join ConferenceJoin"],
    "messageFwdHeader": ["group flags.4 saved_from SavedFrom"],
    "config": ["group flags.2 lang_pack LangPack"],
    "inputGroupCallStream": ["group flags.0 video StreamVideo"],
    "phoneCall": ["soft connections", "max connections 64"],
    "phoneCallDiscarded": ["soft reason"],
    "phoneCallProtocol": ["max library_versions 64"],
    "updateGroupCallChainBlocks": ["max blocks 1024"],
    "updateGroupCallParticipants": ["max participants 10000"],
    "phone.groupCall": ["max participants 10000", "soft chats", "soft users"],
    "phone.groupParticipants": ["max participants 10000", "soft chats", "soft users"],
    "phone.phoneCall": ["soft users"],
    "phone.joinAsPeers": ["soft chats", "soft users"],
    "phone.groupCallStars": ["soft chats", "soft users"],
    "updates": ["soft updates", "soft users", "soft chats"],
    "updatesCombined": ["soft updates", "soft users", "soft chats"],
    "updateNewMessage": ["lazy message"],
    "updateNewChannelMessage": ["lazy message"],
    "messageService": ["lazy reply_to", "lazy action", "lazy reactions"],
    "messageReplyHeader": ["lazy reply_from", "lazy reply_media"],
    "updateShortMessage": ["lazy fwd_from", "lazy reply_to"],
    "updateShortChatMessage": ["lazy fwd_from", "lazy reply_to"],
    "updateShortSentMessage": ["lazy media"],
}
# Constructors that no layer has any more, and that are read all the same.
GONE = {"PhoneCallDiscardReason": [
    "// of layers 196 to 201",
    "phoneCallDiscardReasonAllowGroupCall#afe2b839 encrypted_key:bytes = PhoneCallDiscardReason;",
]}
# What has had other numbers since layer 151: those of types that are read whole, what the simulator writes, and last the
# method that it reads.
OLDER = [
    "phoneCall", "phoneCallAccepted", "phoneCallDiscarded", "phoneCallRequested", "phoneCallWaiting", "groupCall",
    "groupCallParticipant", "user", "emojiStatus", "channel", "messageService", "messageFwdHeader", "messageReactions", "config",
    "updates.getDifference",
]
OLDEST = 151
# First layers that the files do not show, since none of them is of that layer.
FIRST = {"31774388": 217, "1c32b11c": 217, "efb2b617": 217, "2a3dc7ac": 217}
# Types of which an unknown constructor must stop us: only what layer 223 has is stepped over, and what older.tl reads.
STRICT = {"PhoneCall", "PhoneConnection", "PhoneCallDiscardReason", "GroupCall", "GroupCallParticipant", "InputGroupCall", "Peer"}
BUILTIN = {"#", "int", "long", "double", "string", "bytes", "int128", "int256", "int512", "int32", "int64", "true", "Bool", "Object", "X", "!X"}
LINE = re.compile(r"^([A-Za-z0-9_.]+)#([0-9a-f]+)\s+(.*?)\s*=\s*([A-Za-z0-9_.<> ]+);")


def read(paths):
    """[(name, id, fields, result, is_function)], without built-ins."""
    out = []
    for path in paths:
        function = False
        for line in open(path, encoding="utf-8"):
            line = line.strip()
            if line.startswith("---"):
                function = "functions" in line
            line = re.sub(r"^([A-Za-z0-9_.]+#[0-9a-f]+)\s*=", r"\1  =", line)
            m = LINE.match(line)
            if not m or m.group(1) in ("vector", "boolTrue", "boolFalse", "true"):
                continue
            name, ident, fields, result = m.groups()
            out.append((name, ident.zfill(8), fields.split(), result, function))
    return out


def parts(field):
    """name, (word, bit) or None, type; the {X:Type} of a generic function is None."""
    if field.startswith("{"):
        return None
    name, kind = field.split(":", 1)
    m = re.match(r"([a-z0-9_]+)\.(\d+)\?(.*)", kind)
    return (name, (m.group(1), int(m.group(2))), m.group(3)) if m else (name, None, kind)


def inner(kind):
    while kind.lower().startswith("vector<"):
        kind = kind[7:-1]
    return kind


def line(name, ident, fields, result):
    return " ".join([f"{name}#{ident}"] + fields + ["=", result]) + ";"


def phone(paths):
    defs = read(paths)
    types = {}
    for d in defs:
        if not d[4]:
            types.setdefault(d[3], []).append(d)
    chosen = lambda t: [d for d in types[t] if t not in PARTIAL or d[0] in PARTIAL[t]]
    functions = [d for d in defs if d[4] and (d[0].startswith("phone.") or d[0] in FUNCTIONS)]
    reached, todo = set(), ["RpcError", "Error"]
    for d in functions:
        todo += [inner(parts(f)[2]) for f in d[2] if parts(f)] + [inner(d[3])]
    while todo:
        t = todo.pop()
        if t in BUILTIN or t in reached:
            continue
        reached.add(t)
        for d in chosen(t):
            todo += [inner(parts(f)[2]) for f in d[2]]
    named = {t for ts in TOPICS.values() for t in ts}
    if reached != named:
        sys.exit(f"topics and reached types differ: {sorted(reached ^ named)}")
    print("// What calls say to Telegram: layer 223. Made by tests/tlgen/import.py, which also says where the facts come from;")
    print("// the lines that begin with //@ are notes for the generator, explained in tests/tlgen/mod.rs.")
    print("// LAYER 223")
    print("\n// built in, as are int, long, double, string, bytes and int256: vector#1cb5c415 {t:Type} # [ t ] = Vector t")
    print("boolFalse#bc799737 = Bool;\nboolTrue#997275b5 = Bool;\ntrue#3fedd339 = True;")
    for topic, names in TOPICS.items():
        print(f"\n// {topic}")
        for t in names:
            for d in sorted(chosen(t)):
                for note in NOTES.get(d[0], []):
                    print("//@", note)
                print(line(*d[:4]))
            for text in GONE.get(t, []):
                print(text)
    print("\n---functions---")
    for ours in (True, False):
        print("\n// " + ("phone.*" if ours else "what calls need beside them; the last six are for the simulator"))
        for d in sorted((d for d in functions if d[0].startswith("phone.") == ours), key=lambda d: (d[0].startswith("in"), d[0])):
            for note in NOTES.get(d[0], []):
                print("//@", note)
            print(line(*d[:4]))


def older(paths):
    known = {}  # name → id → (first layer, text)
    for path in sorted(paths, key=layer_of):
        for d in read([path]):
            if d[0] in OLDER:
                first = known.setdefault(d[0], {}).get(d[1], (FIRST.get(d[1], layer_of(path)), ""))[0]
                known[d[0]][d[1]] = (first, line(*d[:4]))
    print("// What phone.tl has, as older layers had it, from layer 151 on. The generated code reads it as what phone.tl has; the")
    print("// simulator answers devices of those layers with it. Made by tests/tlgen/import.py. The layers are as exact as the schemas")
    print("// that were at hand: where one is missing, the older form is taken for its own.")
    for name in OLDER:
        # An id may come back: phoneCall of layer 202 is that of 177.
        spans, current = [], {}
        for path in sorted(paths, key=layer_of):
            for d in read([path]):
                if d[0] == name and current.get(name) != d[1]:
                    current[name] = d[1]
                    spans.append((FIRST.get(d[1], layer_of(path)), d[1]))
        print("\n---functions---" if name == OLDER[-1] else "")
        for (first, ident), (end, _) in zip(spans, spans[1:]):
            if end > OLDEST and ident != spans[-1][1]:
                print(f"//@ layers {max(first, OLDEST)} {end - 1}")
                print(known[name][ident][1])


def layer_of(path):
    return int(re.search(r"api-(\d+)", path).group(1))


def e2e(paths):
    print("// What conferences say to each other: blocks of the chain, broadcasts, and what else the same schema names.")
    print("// vector<T> is bare: a count and the elements, no id. A lower-case element type is a constructor without its id.")
    print("// IDS PLAIN")
    topics = [("the chain", "e2e.chain."), ("packets: only their ids are used, mixed into what is signed", "e2e.callPacket"), ("contacts, unused by calls", "")]
    seen = set()
    for topic, prefix in topics:
        print(f"\n// {topic}")
        for d in sorted(read(paths), key=lambda d: d[0]):
            if d[0].startswith(prefix) and d[0] not in seen:
                seen.add(d[0])
                print(line(*d[:4]))


def skip(paths):
    table = {}
    before = [path for path in paths if path.endswith("skip.tl")]
    paths = [path for path in paths if path not in before]
    for path in before:
        for text in open(path, encoding="utf-8").read().splitlines():
            if not text.startswith("//"):
                table[text.split()[0]] = text
    current = {d[1] for path in paths if "223" in path for d in read([path])} | set(table)
    for d in read(paths):
        name, ident, fields, result, function = d
        if function or result == "RpcError" or name.startswith("mtcute.") or result in STRICT and ident not in current:
            continue
        words, codes = [], []
        for field in fields:
            name, flag, kind = parts(field)
            if kind == "#":
                words.append(name)
                codes.append("#")
            elif kind != "true":
                codes.append((f"{words.index(flag[0])}.{flag[1]}?" if flag else "") + kind)
        text = " ".join([ident] + codes + ["=", result])
        if table.setdefault(ident, text) != text:
            sys.exit(f"one id, two layouts: {table[ident]} | {text}")
    print("// Ids and stored fields of everything that may come along with what we read, several layers together, 150 to 230:")
    print("// enough to step over it. No names; `0.3?int` is an int that is there when bit 3 of flag word 0 is set.")
    print("// Made by tests/tlgen/import.py. Add layers as they appear; an id never changes its layout, so none is ever removed.")
    by_type = {}
    for text in table.values():
        by_type.setdefault(text.rsplit("= ", 1)[1], []).append(text)
    for t in sorted(by_type):
        for text in sorted(by_type[t]):
            print(text)


{"phone": phone, "older": older, "e2e": e2e, "skip": skip}[sys.argv[1]](sys.argv[2:])
