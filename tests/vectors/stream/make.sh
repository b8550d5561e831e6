#!/bin/sh
# The files beside this, by ffmpeg 5.1 alone: `sh make.sh`. Parts of a live stream as others pack them, of one second each.
#
# voices8.ogg   eight channels apart (mapping family 255), of 400, 500 … 1100 Hz, with Telegram's tags
# coupled.ogg   six channels, four of them in two pairs (family 1), of 400 … 900 Hz
# program.mp4   100x64 in H.264 at 10 a second, brighter with each picture, with two that refer to what follows them; Opus in stereo,
#               440 and 880 Hz; moov behind mdat, no Telegram header
# program.luma  what ffmpeg decodes of it: a byte a picture, its mean brightness
set -e
cd "$(dirname "$0")"
quiet="ffmpeg -hide_banner -loglevel error -y -bitexact"
tones() { # count
    hz=400
    while [ $hz -lt $((400 + $1 * 100)) ]; do
        printf -- '-f lavfi -i sine=frequency=%s:sample_rate=48000:duration=1 ' $hz
        hz=$((hz + 100))
    done
}
# TG_META: 8 channels, 9 entries: channel n is source 1000 + n; from frame 50 on the last one is source 2000.
meta=$(python3 -c '
import base64, struct
entries = [(0, n, 1000 + n) for n in range(8)] + [(50, 7, 2000)]
print(base64.b64encode(struct.pack("<ii", 8, len(entries)) + b"".join(struct.pack("<iii", *e) for e in entries)).decode())')
$quiet $(tones 8) -filter_complex 'join=inputs=8:channel_layout=octagonal:map=0.0-FL|1.0-FR|2.0-FC|3.0-BL|4.0-BR|5.0-BC|6.0-SL|7.0-SR' -c:a libopus -mapping_family 255 -b:a 192k \
    -frame_duration 20 -metadata TG_META="$meta" -metadata ACTIVE_MASK=10 -metadata ENDPOINTS='one two' -f ogg voices8.ogg
$quiet $(tones 6) -filter_complex 'join=inputs=6:channel_layout=5.1:map=0.0-FL|1.0-FR|2.0-FC|3.0-LFE|4.0-BL|5.0-BR' -c:a libopus -mapping_family 1 -b:a 256k \
    -frame_duration 60 -f ogg coupled.ogg
$quiet -f lavfi -i 'color=black:s=100x64:r=10:d=1,format=yuv420p,geq=lum=40+15*N:cb=128:cr=128' \
    -f lavfi -i sine=frequency=440:sample_rate=48000:duration=1 -f lavfi -i sine=frequency=880:sample_rate=48000:duration=1 \
    -filter_complex '[1][2]join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR' -c:v libx264 -profile:v main -bf 2 -b_strategy 0 -g 100 \
    -c:a libopus -b:a 96k -shortest -f mp4 program.mp4
$quiet -i program.mp4 -vf 'scale=1:1:flags=area,format=gray' -f rawvideo program.luma
