use super::*;
use crate::error::ErrorKind;
use crate::media::video::Rotation;

fn pushed(timestamp: u32, is_key: bool, data: &[u8]) -> Pushed<'_> {
    Pushed { layer: 0, codec: Codec::Vp8, timestamp, is_key, data }
}

fn kind(result: Result<(), crate::error::Error>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

const CAMERA: VideoSource = VideoSource::Camera;

#[test]
fn what_is_not_asked_for_is_not_taken() {
    let (port, mut supplies) = VideoPort::new([1, 1]);
    let frame = pushed(1, true, &[7]);
    assert_eq!(kind(port.push(CAMERA, &frame)), Some(ErrorKind::State));
    port.send(CAMERA, 0).ask(Some(Codec::Vp8));
    for wrong in [
        Pushed { layer: 1, ..frame },
        Pushed { codec: Codec::H264, ..frame },
        Pushed { data: &[], ..frame },
        Pushed { data: &vec![7; (4 << 20) + 1], ..frame },
    ] {
        assert_eq!(kind(port.push(CAMERA, &wrong)), Some(ErrorKind::Argument));
    }
    assert_eq!(kind(port.push(VideoSource::Screen, &frame)), Some(ErrorKind::State));
    assert!(!port.has_news(CAMERA, 0) && supplies[0][0].take().is_none(), "nothing has changed");
    assert_eq!(kind(port.push(CAMERA, &Pushed { data: &vec![7; 4 << 20], ..frame })), None);
    assert!(port.has_news(CAMERA, 0) && !port.has_news(CAMERA, 0));
    assert_eq!(supplies[0][0].take().map(|frame| frame.data.len()), Some(4 << 20));
    port.send(CAMERA, 0).ask(None);
    assert_eq!(kind(port.push(CAMERA, &frame)), Some(ErrorKind::State));
}

#[test]
fn nothing_goes_that_refers_to_what_was_not_taken() {
    let (port, mut supplies) = VideoPort::new([1, 1]);
    let send = port.send(CAMERA, 0);
    let push = |timestamp, is_key| kind(port.push(CAMERA, &pushed(timestamp, is_key, &[7])));
    send.ask(Some(Codec::Vp8));
    assert_eq!(push(0, false), Some(ErrorKind::Full), "a stream begins with a key frame");
    assert!(port.has_news(CAMERA, 0) && send.take_key_wish() && !send.take_key_wish());
    assert_eq!([push(1, true), push(2, false)], [None; 2]);
    send.set_behind(true);
    assert_eq!(push(3, false), Some(ErrorKind::Full));
    assert!(!send.take_key_wish(), "it may come again");
    send.set_behind(false);
    assert_eq!([push(3, false), push(4, false)], [None; 2], "it came again");
    send.set_behind(true);
    assert_eq!([push(5, false), push(6, false)], [Some(ErrorKind::Full); 2]);
    assert!(!send.take_key_wish(), "there is no room for it yet");
    send.set_behind(false);
    assert_eq!([push(6, false), push(7, false)], [Some(ErrorKind::Full); 2], "they refer to 5");
    assert!(send.take_key_wish());
    assert_eq!([push(8, true), push(9, false)], [None; 2]);
    let taken: Vec<u32> = core::iter::from_fn(|| supplies[0][0].take()).map(|frame| frame.timestamp).collect();
    assert_eq!(taken, [1, 2, 3, 4, 8, 9]);
    // One that could not be sent.
    send.break_chain();
    assert_eq!([push(10, false), push(11, true)], [Some(ErrorKind::Full), None]);
    send.ask(Some(Codec::Vp8));
    assert_eq!([push(12, false), push(13, true)], [Some(ErrorKind::Full), None]);
}

#[test]
fn a_network_that_does_not_turn_makes_the_host_wait() {
    let (port, mut supplies) = VideoPort::new([1, 1]);
    port.send(CAMERA, 0).ask(Some(Codec::Vp8));
    let taken = (0..100u32).take_while(|at| port.push(CAMERA, &pushed(*at, *at == 0, &[7; 1000])).is_ok()).count();
    assert_eq!(taken, 16);
    let first = supplies[0][0].take().unwrap();
    supplies[0][0].give_back(first);
    assert_eq!(kind(port.push(CAMERA, &pushed(16, false, &[7; 1000]))), None, "it comes again");
}

fn received(timestamp: u32, is_key: bool, size: usize) -> PulledFrame {
    let data = vec![7; size];
    let frame = Frame { codec: Codec::Vp8, timestamp, rotation: Rotation::None, is_key, size: None, data };
    PulledFrame { frame, timeline: Arc::default(), heard: Arc::default(), endpoint: None }
}

fn pull_all(port: &VideoPort) -> Vec<u32> {
    core::iter::from_fn(|| port.pull(CAMERA).0).map(|pulled| pulled.frame.timestamp).collect()
}

#[test]
fn what_waits_is_told_once_until_a_pull_finds_none() {
    let (port, _) = VideoPort::new([1, 1]);
    let queue = port.open(CAMERA.into());
    let told: Vec<bool> = (0..3).map(|at| queue.put(received(at, at == 0, 10)).tell).collect();
    assert_eq!(told, [true, false, false]);
    assert!(port.pull(CAMERA).0.is_some() && !queue.put(received(3, false, 10)).tell);
    assert_eq!(pull_all(&port), [1, 2, 3]);
    assert!(queue.put(received(4, false, 10)).tell);
    assert!(port.pull(VideoSource::Screen).0.is_none());
}

#[test]
fn a_queue_that_runs_over_loses_whole_frames_up_to_the_next_key_frame() {
    let (port, _) = VideoPort::new([1, 1]);
    let queue = port.open(CAMERA.into());
    for at in 0..64 {
        assert_eq!(queue.put(received(at, at % 40 == 0, 10)).dropped, 0);
    }
    assert_eq!(queue.put(received(64, false, 10)).dropped, 40);
    assert_eq!(pull_all(&port), (40..65).collect::<Vec<_>>());
    // By its bytes, too.
    let dropped: u64 = (0..9).map(|at| queue.put(received(at, at == 0 || at == 8, 1 << 20)).dropped).sum();
    assert_eq!((dropped, pull_all(&port)), (8, vec![8]));
}

#[test]
fn who_pulls_nothing_for_long_begins_with_a_key_frame_and_asks_for_it_then() {
    let (port, _) = VideoPort::new([1, 1]);
    let queue = port.open(CAMERA.into());
    let dropped: u64 = (0..1000).map(|at| queue.put(received(at, at == 0, 10)).dropped).sum();
    assert_eq!(dropped, 1000, "nothing of it is of use");
    assert!(!queue.take_key_wish(), "nobody looks");
    let (pulled, ring) = port.pull(CAMERA);
    assert!(pulled.is_none() && ring == Ring::Yes && queue.take_key_wish() && !queue.take_key_wish());
    assert_eq!(queue.put(received(1000, false, 10)), Delivered { tell: false, dropped: 1 });
    assert_eq!(queue.put(received(1001, true, 10)), Delivered { tell: true, dropped: 0 });
    assert_eq!(queue.put(received(1002, false, 10)), Delivered { tell: false, dropped: 0 });
    assert_eq!(pull_all(&port), [1001, 1002]);
}

#[test]
fn a_decoder_that_lost_it_gets_the_next_key_frame() {
    let (port, _) = VideoPort::new([1, 1]);
    let queue = port.open(CAMERA.into());
    (0..10).for_each(|at| _ = queue.put(received(at, at % 6 == 0, 10)));
    assert!(port.pull(CAMERA).0.is_some());
    assert_eq!(port.want_key_frame(CAMERA), Ring::No, "it is there");
    assert_eq!(port.pull(CAMERA).0.map(|pulled| pulled.frame.timestamp), Some(6));
    assert_eq!(port.want_key_frame(CAMERA), Ring::Yes);
    assert!(queue.take_key_wish());
    assert!(pull_all(&port).is_empty());
    assert_eq!(queue.put(received(10, false, 10)).dropped, 1);
    assert!(queue.put(received(11, true, 10)).tell);
    assert_eq!(pull_all(&port), [11]);
}

#[test]
#[allow(clippy::disallowed_methods, reason = "two threads are what is tested")]
fn frames_of_another_thread_come_whole_and_in_order() {
    let (port, mut supplies) = VideoPort::new([1, 1]);
    let port = Arc::new(port);
    port.send(CAMERA, 0).ask(Some(Codec::Vp8));
    let host = port.clone();
    let pushing = std::thread::spawn(move || {
        for at in 0..3000u32 {
            let data = vec![at as u8; 1 + at as usize % 700];
            while host.push(CAMERA, &pushed(at, at == 0, &data)).is_err() {
                std::thread::yield_now();
            }
        }
    });
    let mut next = 0;
    while next < 3000 {
        if let Some(frame) = supplies[0][0].take() {
            assert_eq!((frame.timestamp, frame.data.len()), (next, 1 + next as usize % 700));
            assert!(frame.data.iter().all(|byte| *byte == next as u8));
            supplies[0][0].give_back(frame);
            next += 1;
        }
    }
    pushing.join().unwrap();
}
