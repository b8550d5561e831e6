import Foundation

/// A sine of 440 Hz, a quarter as loud as can be, one piece after another.
public struct Tone {
    public static let hz = 440.0
    private let rateHz: UInt32
    private var at = 0

    public init(rateHz: UInt32) {
        self.rateHz = rateHz
    }

    public mutating func next(frames count: Int) -> [Int16] {
        let turn = 2 * Double.pi * Tone.hz / Double(rateHz)
        defer { at += count }
        return (at..<at + count).map { Int16(8192 * sin(turn * Double($0))) }
    }

    /// How much of the power of some sound the tone is, 0 to 1; 0 also for what is hardly to be heard.
    public static func share(of samples: [Int16], rateHz: UInt32) -> Double {
        let turn = 2 * Double.pi * hz / Double(rateHz)
        var (cosine, sine, power) = (0.0, 0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let value = Double(sample)
            cosine += value * cos(turn * Double(index))
            sine += value * sin(turn * Double(index))
            power += value * value
        }
        let count = Double(samples.count)
        if count == 0 || power / count < 10_000 { return 0 }
        return 2 * (cosine * cosine + sine * sine) / (count * power)
    }
}
