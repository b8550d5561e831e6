"""Pictures: what is pushed on one side is pulled on the other."""

import gc

import libtgcall
from libtgcall import (
    CallMediaEvent,
    Client,
    Switches,
    VideoCodec,
    VideoEncodeEvent,
    VideoKeyFrameEvent,
    VideoReadyEvent,
    VideoSource,
)

from .support import ALICE, BOB, FRAME, Simulator, Watched, both_connected, first, side, talk

CAMERA = VideoSource.CAMERA
KEY = bytes(range(256))
CODECS = {"video_encoders": [VideoCodec.VP8], "video_decoders": [VideoCodec.VP8, VideoCodec.H264]}


async def show(test, call, theirs):
    """A key frame, and one that is none, are seen by the other side as they are."""
    call.start_video(CAMERA, 640, 360)
    await first(call.__aiter__(), VideoEncodeEvent, lambda event: event.bits_per_s > 0)
    sent = [FRAME, bytes([FRAME[0] | 1]) + FRAME[1:]]
    for number, data in enumerate(sent):
        test.assertTrue(call.push_video(CAMERA, VideoCodec.VP8, 3000 * number, data, number == 0))
    ready, seen = theirs.__aiter__(), []
    while len(seen) < len(sent):
        # The first may wait alone, and a second one is told only when that has been pulled.
        await first(ready, VideoReadyEvent)
        seen += iter(lambda: theirs.pull_video(CAMERA), None)
    test.assertEqual([bytes(frame.data) for frame in seen], sent)
    test.assertEqual([frame.is_key for frame in seen], [True, False])
    test.assertEqual(seen[1].timestamp - seen[0].timestamp, 3000)


class Pictures(Watched):
    async def test_a_key_frame_is_pulled_as_it_was_pushed(self):
        async with Client(**CODECS) as alice, Client(**CODECS) as bob:
            call, theirs = alice.attach(KEY, outgoing=True), bob.attach(KEY, outgoing=False)
            for one, other in ((call, theirs), (theirs, call)):
                one.client.set_interfaces(["127.0.0.1"])

                def forward(event, other=other):
                    if isinstance(event, libtgcall.SignalingSendEvent):
                        other.handle_signaling(event.data)

                one.on_event(forward)
                one.connect("13.0.0", True)
            call.start_video(CAMERA, 640, 360)
            await both_connected(call, theirs)
            encode = await first(call.__aiter__(), VideoEncodeEvent, lambda event: event.bits_per_s > 0)
            self.assertEqual((encode.source, encode.codec, encode.layer), (CAMERA, VideoCodec.VP8, 0))
            self.assertLessEqual(encode.width, 640)
            call.rotate_video(CAMERA, 90)
            ready = theirs.__aiter__()
            self.assertIsNone(theirs.pull_video(CAMERA))
            self.assertTrue(call.push_video(CAMERA, VideoCodec.VP8, (1 << 32) + 7, bytearray(FRAME), True))
            await first(ready, VideoReadyEvent)
            frame = theirs.pull_video(CAMERA)
            self.assertEqual((frame.codec, frame.is_key, frame.size), (VideoCodec.VP8, True, (640, 360)))
            self.assertEqual((frame.timestamp, frame.rotation, frame.delay_ms), (7, 90, 0))
            data = frame.data
            self.assertEqual(bytes(data), FRAME)
            self.assertTrue(data.readonly)
            theirs.want_key_frame(CAMERA)
            await first(call.__aiter__(), VideoKeyFrameEvent)
            call.pause_video(CAMERA)
            call.set_low_battery()
            low = await first(theirs.__aiter__(), CallMediaEvent, lambda event: event.switches & Switches.LOW_BATTERY)
            self.assertTrue(low.switches & Switches.CAMERA or not low.is_video)
            call.stop_video(CAMERA)
            theirs.discard()
            await call.hangup()
            del frame
            gc.collect()
            self.assertEqual(bytes(data), FRAME, "a view keeps its frame, also after the call")

    async def test_a_picture_goes_from_one_account_to_the_other(self):
        with Simulator() as simulator:
            port = simulator.port
            async with side(port, ALICE, **CODECS) as alice, side(port, BOB, **CODECS) as bob:
                call, theirs = await talk(alice, bob)
                await show(self, call, theirs)
                shown = await first(theirs.__aiter__(), CallMediaEvent, lambda event: event.switches & Switches.CAMERA)
                self.assertTrue(shown.is_video)
                await call.hangup()
                self.assertEqual((await theirs.wait_ended()).end, libtgcall.End.REMOTE_HANGUP)

    async def test_what_cannot_be_shown_is_an_error(self):
        async with Client() as client:
            call = client.attach(KEY, outgoing=True)
            with self.assertRaises(libtgcall.StateError):
                call.start_video(CAMERA, 640, 360)
            call.set_video_codecs([VideoCodec.VP8], [])
            call.start_video(CAMERA, 640, 360)
            for wrong in (
                lambda: call.start_video(CAMERA, 0, 360),
                lambda: call.start_video(VideoSource.NONE, 640, 360),
                lambda: call.rotate_video(CAMERA, 45),
                lambda: call.set_video_codecs([VideoCodec.VP8, VideoCodec.VP8], []),
                lambda: call.push_video(CAMERA, VideoCodec.NONE, 0, FRAME, True),
            ):
                with self.assertRaises(libtgcall.ArgumentError):
                    wrong()
            with self.assertRaises(TypeError):
                call.push_video(CAMERA, VideoCodec.VP8, 0, "text", True)
        with self.assertRaises(libtgcall.ClosedError):
            call.pull_video(CAMERA)
        with self.assertRaises(libtgcall.ArgumentError):
            Client(video_encoders=[VideoCodec.VP8] * 2)
