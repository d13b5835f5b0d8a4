//! Task sizes in the words in which AWS takes them.

/// CPU units: `256`, `.25 vCPU`, `1 vcpu`.
pub fn cpu(text: &str) -> Option<i64> {
    units(text, "vcpu")
}

/// MiB: `512`, `0.5 GB`, `1gb`.
pub fn memory(text: &str) -> Option<i64> {
    units(text, "gb")
}

fn units(text: &str, unit: &str) -> Option<i64> {
    let text = text.trim().to_lowercase();
    let Some(number) = text.strip_suffix(unit) else { return text.parse().ok().filter(|n| *n > 0) };
    let units = number.trim().parse::<f64>().ok()? * 1024.0;
    // the cast cannot cut anything off: the number is whole, positive and small
    (units > 0.0 && units.fract() == 0.0 && units < 1e9).then_some(units as i64)
}

/// Does Fargate have that many MiB for that many CPU units?
pub fn is_fargate_pair(cpu: i64, memory: i64) -> bool {
    let steps = |from: i64, to: i64, step: i64| (from..=to).contains(&memory) && (memory - from) % step == 0;
    match cpu {
        256 => [512, 1024, 2048].contains(&memory),
        512 => steps(1024, 4096, 1024),
        1024 => steps(2048, 8192, 1024),
        2048 => steps(4096, 16384, 1024),
        4096 => steps(8192, 30720, 1024),
        8192 => steps(16384, 61440, 4096),
        16384 => steps(32768, 122_880, 8192),
        32768 => [61440, 122_880, 249_856].contains(&memory),
        _ => false,
    }
}
