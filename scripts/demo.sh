#!/usr/bin/env bash
# make demo: two programs in C, built against the installed package, call each other through a simulated Telegram: a call, one
# with sound, one with pictures, each direct and over a relay; four are in a group call, one of whom shows a screen; two calls are watched as live
# streams; three are in an end-to-end encrypted conference, and three in one that was a private call. Then a call that is refused, and one
# with a tampered key. Status 0 only if all of it went as it should.
set -eu
cd "$(dirname "$0")/.."
export PATH=$PWD/.tools/bin:$PATH
work=$PWD/target/demo
rm -rf "$work"
mkdir -p "$work"
# The profile the tests use: built in a minute and shared with them. `make install` builds the one that ships.
profile=${PROFILE:-dev}
made=${CARGO_TARGET_DIR:-target}/$([ "$profile" = dev ] && echo debug || echo "$profile")

echo "building libtgcall (profile $profile; some minutes the first time) and installing it into target/demo/prefix"
scripts/build.sh "$work/built" --profile "$profile"
scripts/install.sh "$work/built" "$work/prefix"
echo "building tgcall-sim, the simulated Telegram"
# With all features it is the one that the tests have.
cargo build --quiet --locked --profile "$profile" --all-features --bin tgcall-sim
cp "$made/tgcall-sim" "$work/"
echo "compiling examples-c/call.c, voice.c, video.c, group.c, present.c, stream.c, conference_call.c and upgrade.c through pkg-config"
export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig
strict="-std=c11 -Wall -Wextra -Wpedantic -Werror -O1"
for example in call voice video group present stream conference_call upgrade; do
    # shellcheck disable=SC2046,SC2086 # options are words
    ${CC:-cc} $strict examples-c/$example.c $(pkg-config --cflags --libs tgcall) -Wl,-rpath,"$work/prefix/lib" -o "$work/$example"
done
# shellcheck disable=SC2086
${CC:-cc} $strict -I examples-c scripts/wav-tool.c -lm -o "$work/wav-tool"
# shellcheck disable=SC2086
${CC:-cc} $strict -I examples-c scripts/record-tool.c -o "$work/record-tool"
# shellcheck disable=SC2046,SC2086
${CC:-cc} $strict -I examples-c $(pkg-config --cflags --libs tgcall) -Wl,-rpath,"$work/prefix/lib" scripts/video-tool.c -o "$work/video-tool"

sims=
trap 'for sim in $sims; do kill $sim 2>/dev/null || true; done' EXIT
# A simulated Telegram; its port is in `port`. (The file is there before who reads it.)
start_sim() { # NAME KNOBS...
    local name=$1 sim
    shift
    : >"$work/$name.out"
    "$work/tgcall-sim" --port 0 --seed 1 "$@" >"$work/$name.out" 2>"$work/$name.err" &
    sim=$!
    sims="$sims $sim"
    for _ in $(seq 100); do
        port=$(head -1 "$work/$name.out")
        [ -n "$port" ] && break
        kill -0 $sim 2>/dev/null || break
        sleep 0.05
    done
    [ -n "$port" ] || { echo "tgcall-sim does not start:"; cat "$work/$name.err"; exit 1; }
}
# Of one all listeners get a stream. One is asked what its media server carried of a conference, and the last, to compare, what of a group
# call. Ivan's apps show their address to nobody.
start_sim streams --knob group-stream-from=1
streams_port=$port
start_sim sealed --record "$work/carried.sealed"
sealed_port=$port
start_sim sim --record "$work/carried.plain" --knob need-rating=on --rule 'user 1009 name Ivan' --rule 'user 1009 p2p nobody'

names() { sed -u -e 's/  1001  /  Alice  /; s/  1002  /  Bob    /; s/  1003  /  Carol  /; s/  1004  /  Dave   /'; }

# Runs caller and callee at once; their lines come as they happen, and are kept.
run() { # NAME CALLER USER [CALLEE]
    local name=$1 caller=$2 user=$3 callee=${4:-} callee_pid=
    : >"$work/$name.callee"
    if [ -n "$callee" ]; then
        "$work/call" "$port" "$callee" > >(tee "$work/$name.callee" | names) 2>&1 &
        callee_pid=$!
        while ! grep -q waits "$work/$name.callee"; do kill -0 $callee_pid && sleep 0.02; done
    fi
    caller_status=0 callee_status=0
    "$work/call" "$port" "$caller" "$user" > >(tee "$work/$name.caller" | names) 2>&1 || caller_status=$?
    if [ -n "$callee_pid" ]; then wait $callee_pid || callee_status=$?; fi
    sleep 0.2 # the last lines pass through sed
}

failures=0
held() { # WHAT, then a test
    local what=$1
    shift
    if "$@"; then echo "    ok: $what"; else
        echo "    NOT SO: $what"
        failures=$((failures + 1))
    fi
}
has() { grep -Eq -- "$2" "$work/$1"; }
# Each pattern in a later line than the one before.
in_order() {
    local file=$work/$1
    shift
    local from=1 line pattern
    for pattern; do
        line=$(tail -n "+$from" "$file" | grep -En -m1 -- "$pattern" | cut -d: -f1)
        [ -n "$line" ] || { echo "    missing: $pattern"; return 1; }
        from=$((from + line))
    done
}
emoji() { sed -n 's/.* emoji *//p' "$work/$1"; }

echo
echo "=== Alice calls Bob"
run call 1001 1002 1002
held "Alice asked, it rang, Bob accepted, the key was agreed on" \
    in_order call.caller 'request +messages.getDhConfig' 'request +phone.requestCall' 'state .*ring' 'request +phone.confirmCall' 'state .*connect'
held "Bob was rung and accepted" in_order call.callee 'incoming' 'accepts' 'request +phone.acceptCall' 'state .*connect'
held "the four emoji are the same on both sides: $(emoji call.caller)" \
    test -n "$(emoji call.caller)" -a "$(emoji call.caller)" = "$(emoji call.callee)"
held "a signaling message went each way" has call.callee 'received +hello'
held "and was answered" has call.caller 'received +loud and clear'
held "Alice hung up, both know why and for how long they talked" in_order call.caller 'hangs up' 'ended' 'duration +[1-9]'
held "Bob too" in_order call.callee 'ended' 'duration +[1-9]'
held "the call was rated" in_order call.caller 'rates +5 stars' 'request +phone.setCallRating'
held "both programs ended well" test $caller_status = 0 -a $callee_status = 0

# One plays a WAV file, the other records it.
sound() { # NAME CALLEE PATH
    local name=$1 callee=$2 path=$3 callee_pid callee_status=0 caller_status=0
    : >"$work/$name.callee"
    "$work/voice" "$port" "$callee" "$work/$name.wav" >"$work/$name.callee" 2>&1 &
    callee_pid=$!
    while ! grep -q waiting "$work/$name.callee"; do kill -0 $callee_pid && sleep 0.02; done
    "$work/voice" "$port" 1001 "$work/in.wav" "$callee" >"$work/$name.caller" 2>&1 || caller_status=$?
    wait $callee_pid || callee_status=$?
    sed 's/^/  Alice  /' "$work/$name.caller"
    sed "s/^/  $(printf '%-5s' "$([ "$callee" = 1002 ] && echo Bob || echo Ivan)")  /" "$work/$name.callee"
    held "both talked" test $caller_status = 0 -a $callee_status = 0
    held "the time to connect, the path, loss and jitter are known" has "$name.caller" "connected in [0-9]+ ms, $path path, loss"
    held "what was recorded is what Alice played" "$work/wav-tool" alike "$work/in.wav" "$work/$name.wav"
}

"$work/wav-tool" make "$work/in.wav" 4
echo
echo "=== Alice plays a WAV file to Bob, who records it: two processes, and nothing but our library"
sound direct 1002 direct

echo
echo "=== The same with Ivan, who tells nobody his address: over a Telegram reflector"
sound relayed 1009 relayed

# One sends a file of encoded pictures with its sound, the other records both.
pictures() { # NAME CALLEE PATH CLIP
    local name=$1 callee=$2 path=$3 clip=$4 callee_pid callee_status=0 caller_status=0
    : >"$work/$name.callee"
    "$work/video" "$port" "$callee" "$work/$name.${clip##*.}" "$work/$name.wav" >"$work/$name.callee" 2>&1 &
    callee_pid=$!
    while ! grep -q waiting "$work/$name.callee"; do kill -0 $callee_pid && sleep 0.02; done
    "$work/video" "$port" 1001 "examples-c/clips/$clip" "$work/in.wav" "$callee" >"$work/$name.caller" 2>&1 || caller_status=$?
    wait $callee_pid || callee_status=$?
    sed 's/^/  Alice  /' "$work/$name.caller"
    sed "s/^/  $(printf '%-5s' "$([ "$callee" = 1002 ] && echo Bob || echo Ivan)")  /" "$work/$name.callee"
    held "pictures were sent and came" test $caller_status = 0 -a $callee_status = 0
    held "the path, the first picture, bit rate and loss are known" \
        has "$name.callee" "first picture after [0-9]+ ms, $path path, [0-9]+ frames, [0-9]+ kbit/s, loss"
    held "what was recorded is what Alice sent" "$work/video-tool" alike "examples-c/clips/$clip" "$work/$name.${clip##*.}"
    held "and so is the sound" "$work/wav-tool" alike "$work/in.wav" "$work/$name.wav"
}

echo
echo "=== Alice shows Bob a file of pictures in VP8, with its sound"
pictures vp8 1002 direct vp8.ivf

echo
echo "=== The same in H.264 with Ivan: over a Telegram reflector"
pictures h264 1009 relayed h264.264
if command -v ffmpeg >/dev/null; then
    held "one of the pictures is there to look at: target/demo/picture.png" \
        ffmpeg -v error -y -ss 2 -i "$work/vp8.ivf" -frames:v 1 "$work/picture.png"
else
    echo "    SKIPPED target/demo/picture.png: no ffmpeg; install the package ffmpeg"
fi

echo
echo "=== A group call of four programs: Alice and Bob play a tone, Carol too with her microphone off, Dave records each voice by itself"
tones="alice 1001 440 9,bob 1002 620 5,carol 1003 800 5"
mkdir "$work/voices"
until_has() { # FILE PATTERN PID
    while ! grep -Eq -- "$2" "$work/$1"; do kill -0 "$3" 2>/dev/null || return 1; sleep 0.02; done
}
in_group() { # NAME ACCOUNT WHAT...: in the background
    local name=$1 account=$2
    shift 2
    : >"$work/group.$name"
    "$work/group" "$port" "$account" 5001 "$@" >"$work/group.$name" 2>&1 &
}
IFS=, read -ra tones <<<"$tones"
for one in "${tones[@]}"; do
    read -r name account hz seconds <<<"$one"
    "$work/wav-tool" tone "$work/$name.wav" "$seconds" "$hz"
done
in_group alice 1001 "$work/alice.wav"; alice=$!
until_has group.alice "open > joining" $alice || true
in_group dave 1004 "$work/voices/"; dave=$!
until_has group.dave "> active" $dave || true
in_group bob 1002 "$work/bob.wav"; bob=$!
in_group carol 1003 "$work/carol.wav" muted; carol=$!
group_status=0
for pid in $alice $bob $carol $dave; do wait $pid || group_status=$?; done
for name in alice bob carol dave; do sed "s/^/  $(printf '%-5s' ${name^})  /" "$work/group.$name"; done
held "all four were in the call and left it" test $group_status = 0
held "Dave saw second by second that Alice and Bob spoke" has group.dave '^[0-9]+ s:( 1001)? 1002'
held "Alice's voice is in her file, and no other is" \
    "$work/wav-tool" only "$work/voices/1001.wav" 440 620 800
held "Bob's in his" \
    "$work/wav-tool" only "$work/voices/1002.wav" 620 440 800
held "Carol's is nowhere" test ! -e "$work/voices/1003.wav" -a "$(find "$work/voices" -name '*.wav' | wc -l)" = 3
held "both are in what Dave has added up" "$work/wav-tool" only "$work/voices/mix.wav" 440 800
held "Bob too" "$work/wav-tool" only "$work/voices/mix.wav" 620 800
cp "$work/carried.plain" "$work/carried.group"

echo
echo "=== Then Alice becomes a presenter: she shows a screen with its sound, Bob watches, Dave records what is heard"
mkdir "$work/film"
present() { # NAME ACCOUNT WHAT...: in the background
    local name=$1 account=$2
    shift 2
    : >"$work/present.$name"
    "$work/present" "$port" "$account" 5001 "$@" >"$work/present.$name" 2>&1 &
}
present alice 1001 examples-c/clips/vp8.ivf "$work/alice.wav"; alice=$!
until_has present.alice "> active" $alice || true
in_group dave 1004 "$work/film/"; dave=$!
until_has group.dave "> active" $dave || true
present bob 1002 "$work/screen.ivf"; bob=$!
present_status=0
for pid in $alice $bob $dave; do wait $pid || present_status=$?; done
for name in alice bob; do sed "s/^/  $(printf '%-5s' ${name^})  /" "$work/present.$name"; done
held "the screen was shown, and seen" test $present_status = 0
held "Bob saw most of it" has present.bob '^([5-9][0-9]|[0-9]{3,}) pictures seen'
held "its sound was heard, though Alice's microphone is off" "$work/wav-tool" only "$work/film/1001.wav" 440 620 800
if command -v ffmpeg >/dev/null; then
    held "any player shows it: target/demo/screen.png" \
        ffmpeg -v error -y -ss 1 -i "$work/screen.ivf" -frames:v 1 "$work/screen.png"
else
    echo "    SKIPPED target/demo/screen.png: no ffmpeg; install the package ffmpeg"
fi

echo
echo "=== The same call as a live stream, of which Dave gets parts of a second; and what Alice's broadcaster sends, which Bob watches"
watch() { # NAME PORT ACCOUNT WHAT...: in the background
    local name=$1 port=$2 account=$3
    shift 3
    : >"$work/stream.$name"
    "$work/stream" "$port" "$account" 5001 "$@" >"$work/stream.$name" 2>&1 &
}
# Only an admin may begin one.
watch broadcaster "$port" 1001 14; broadcaster=$!
group_port=$port port=$streams_port
"$work/wav-tool" tone "$work/alice.wav" 14 440
"$work/wav-tool" tone "$work/bob.wav" 14 620
in_group alice 1001 "$work/alice.wav"; alice=$!
until_has group.alice "> active" $alice || true
in_group bob 1002 "$work/bob.wav"; singer=$!
until_has group.bob "> active" $singer || true
watch dave "$port" 1004 10 "$work/voices.wav" "$work/voices.h264"; dave=$!
port=$group_port
until_has stream.broadcaster "> active" $broadcaster || true
watch bob "$port" 1002 10 "$work/program.wav" "$work/program.h264"; bob=$!
stream_status=0
for pid in $dave $bob $broadcaster $alice $singer; do wait $pid || stream_status=$?; done
for name in broadcaster dave bob; do sed "s/^/  $(printf '%-11s' ${name^})  /" "$work/stream.$name"; done
held "all of them were there" test $stream_status = 0
held "Dave heard Alice" "$work/wav-tool" only "$work/voices.wav" 440 800
held "and Bob" "$work/wav-tool" only "$work/voices.wav" 620 800
held "he was told how far behind" has stream.dave '^voices: [0-9]+ parts, [2-5][0-9]{3} ms behind'
held "Bob heard the program" "$work/wav-tool" only "$work/program.wav" 440 620 800
held "and saw it, ten pictures a second" has stream.bob '^a program: .* [5-9][0-9] pictures'
if command -v ffmpeg >/dev/null; then
    held "any player shows it: target/demo/program.png" \
        ffmpeg -v error -y -i "$work/program.h264" -frames:v 1 "$work/program.png"
else
    echo "    SKIPPED target/demo/program.png: no ffmpeg; install the package ffmpeg"
fi

echo
echo "=== Alice makes an end-to-end encrypted conference; Bob joins by its link, Dave by an invitation; they compare four emoji; Dave is removed"
confer() { # NAME ACCOUNT WHAT HZ: in the background; it is told what to do by lines in a pipe
    "$work/wav-tool" tone "$work/$1.wav" 5 "$4"
    rm -f "$work/conference.$1.in"
    mkfifo "$work/conference.$1.in"
    : >"$work/conference.$1"
    "$work/conference_call" "$port" "$2" "$3" "$work/$1.wav" "$work/conference.$1.wav" \
        <"$work/conference.$1.in" >"$work/conference.$1" 2>&1 &
}
last_emoji() { grep '^emoji' "$work/conference.$1" | tail -1; }
agree() { # A B: on the same emoji, within 20 s
    for _ in $(seq 400); do
        [ -n "$(last_emoji "$1")" ] && [ "$(last_emoji "$1")" = "$(last_emoji "$2")" ] && return
        sleep 0.05
    done
    return 1
}
confer dave 1004 wait 800; dave=$!; exec 7>"$work/conference.dave.in"
confer alice 1001 new 440; alice=$!; exec 8>"$work/conference.alice.in"
until_has conference.alice '^link' $alice || true
confer bob 1002 "$(sed -n 's/^link //p' "$work/conference.alice")" 620; bob=$!; exec 9>"$work/conference.bob.in"
until_has conference.bob '> active' $bob || true
until_has conference.dave waits $dave || true
echo invite 1004 >&8
until_has conference.dave '> active' $dave || true
held "all three see the same emoji" eval 'until_has conference.alice "here: 1004" $alice && sleep 1 && agree alice bob && agree bob dave'
together=$(last_emoji alice)
sleep 2
echo remove 1004 >&8
until_has conference.bob 'gone: 1004' $bob || true
held "without Dave there are new keys, and other emoji" eval 'sleep 1; agree alice bob && [ "$(last_emoji alice)" != "$together" ]'
echo leave >&9
sleep 0.5
echo leave >&8
conference_status=0
for pid in $alice $bob $dave; do wait $pid || conference_status=$?; done
exec 7>&- 8>&- 9>&-
for name in alice bob dave; do sed "s/^/  $(printf '%-5s' ${name^})  /" "$work/conference.$name"; done
held "all three were in it" test $conference_status = 0
held "Alice heard Bob" "$work/wav-tool" only "$work/conference.alice.wav" 620 440
held "Bob heard Alice" "$work/wav-tool" only "$work/conference.bob.wav" 440 620
held "Dave, while he was in, heard Alice too" "$work/wav-tool" only "$work/conference.dave.wav" 440 800

echo
echo "=== Alice and Bob talk privately; she makes an end-to-end encrypted conference of it, with Dave, and removes him later"
upgrade() { # NAME ACCOUNT HZ [USER THIRD]: in the background
    local name=$1 account=$2 hz=$3
    shift 3
    : >"$work/upgrade.$name"
    "$work/upgrade" "$sealed_port" "$account" "examples-c/clips/tone-$hz.opus" "$work/upgrade.$name.wav" "$@" >"$work/upgrade.$name" 2>&1 &
}
upgrade bob 1002 620; bob=$!
upgrade dave 1004 800; dave=$!
until_has upgrade.bob waits $bob && until_has upgrade.dave waits $dave || true
upgrade alice 1001 440 1002 1004; alice=$!
upgrade_status=0
for pid in $alice $bob $dave; do wait $pid || upgrade_status=$?; done
for name in alice bob dave; do sed "s/^/  $(printf '%-5s' ${name^})  /" "$work/upgrade.$name"; done
seen() { grep '^emoji' "$work/upgrade.$1" | tail -1; }
held "all three were in it" test $upgrade_status = 0
held "Bob heard Alice all the time, with no gap of more than 300 ms" "$work/wav-tool" gap "$work/upgrade.bob.wav" 440 300 8
held "and Alice Bob" "$work/wav-tool" gap "$work/upgrade.alice.wav" 620 300 8
held "while they were three, they heard Dave, and he them" eval '"$work/wav-tool" gap "$work/upgrade.bob.wav" 800 300 3 &&
    "$work/wav-tool" gap "$work/upgrade.dave.wav" 620 300 3'
held "all three saw the same emoji" eval '[ -n "$(seen dave)" ] && has upgrade.alice "^$(seen dave)$" && has upgrade.bob "^$(seen dave)$"'
held "then there were others for Alice and Bob" eval '[ "$(seen alice)" = "$(seen bob)" ] && [ "$(seen alice)" != "$(seen dave)" ]'
held "and nothing for Dave any more: his recording goes on" "$work/wav-tool" ends "$work/upgrade.dave.wav" 440 1500

# What they played, as the packets were, and what the media server makes of what it carried; of the group call, to compare.
shows() { # NAME HZ...: whether one of the sources that were carried sounds like that
    local name=$1 wav sounds=1
    shift
    mkdir -p "$work/carried.$name.wav"
    "$work/tgcall-sim" --listen "$work/carried.$name" "$work/carried.$name.wav" || return 2
    for wav in "$work/carried.$name.wav"/*.wav; do
        [ -s "$wav" ] || return 2
        "$work/wav-tool" none "$wav" "$@" || sounds=0
    done
    return $sounds
}
held "no payload that the media server carried contains a packet that was played, or some of one" \
    "$work/record-tool" "$work/carried.sealed" examples-c/clips/tone-*.opus
{ cat "$work/carried.sealed"; printf '\0\0\0\0\0\0\0\0\0\0\0\0\240\017\0\0'; head -c 4000 examples-c/clips/tone-440.opus; } >"$work/carried.forged"
held "it would be seen" eval '! "$work/record-tool" "$work/carried.forged" examples-c/clips/tone-*.opus'
held "who takes what it carried of the group call for Opus hears Alice" shows group 440
held "and of the conference nobody: there is no tone" eval 'shows sealed 440 620 800; [ $? = 1 ]'

echo
echo "=== Alice calls Carol, who takes no calls"
run privacy 1001 1003
held "the host is told why, and that another try is of no use" in_order privacy.caller 'ended .*USER_PRIVACY_RESTRICTED' 'takes no calls' 'to do +tell the user'
held "there was no conversation" test $caller_status = 2

echo
echo "=== Alice calls Dave, and somebody in between swaps her half of the key"
run tampered 1001 1004 1004
held "Dave's host is told that the call is not safe" in_order tampered.callee 'accepts' 'ended .*g_a' 'not secure'
held "no emoji are shown to Dave" test -z "$(emoji tampered.callee)"
held "there was no conversation" test $callee_status = 2

echo
if [ $failures = 0 ]; then echo "demo: all of it held"; else
    echo "demo: $failures did not hold"
    exit 1
fi
