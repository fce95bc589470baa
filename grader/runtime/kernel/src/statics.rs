//! Statics start every execution from their initial value.
//!
//! An object in the program's data segment is recognised by its address. At its first use its bytes are
//! still those that the compiler wrote (constructors are `const`, every access goes through the shadow), so
//! they are kept; at the first use in any later execution they are put back. What the old value owned is
//! leaked: a static is never dropped.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

type Images = HashMap<usize, Box<[u8]>>;

static IMAGES: LazyLock<Mutex<Images>> = LazyLock::new(Mutex::default);

/// The data segments of this program, as address ranges.
static SEGMENTS: LazyLock<Vec<(usize, usize)>> = LazyLock::new(segments);

#[cfg(target_os = "linux")]
fn segments() -> Vec<(usize, usize)> {
    // The writable mappings of the program file, and the anonymous one (.bss) that follows them.
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return probe() };
    let exe = std::fs::read_link("/proc/self/exe").ok();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (Some(range), Some(perms)) = (parts.next(), parts.next()) else { continue };
        let path = parts.nth(3).unwrap_or("");
        let Some((a, b)) = range.split_once('-') else { continue };
        let (Ok(a), Ok(b)) = (usize::from_str_radix(a, 16), usize::from_str_radix(b, 16)) else { continue };
        let ours = exe.as_ref().is_some_and(|e| std::path::Path::new(path) == e);
        let follows = path.is_empty() && out.last().is_some_and(|l| l.1 == a);
        if perms.starts_with("rw") && (ours || follows) {
            out.push((a, b));
        }
    }
    if out.is_empty() { probe() } else { out }
}

#[cfg(not(target_os = "linux"))]
fn segments() -> Vec<(usize, usize)> {
    probe()
}

/// Without a table of mappings: what lies near statics of our own.
fn probe() -> Vec<(usize, usize)> {
    use std::sync::atomic::AtomicUsize;
    static DATA: AtomicUsize = AtomicUsize::new(1);
    static BSS: AtomicUsize = AtomicUsize::new(0);
    let (a, b) = (&raw const DATA as usize, &raw const BSS as usize);
    vec![(a.min(b).saturating_sub(1 << 20), a.max(b) + (1 << 20))]
}

/// Finds the segments while the system still lets this process read its own maps.
pub fn prepare() {
    LazyLock::force(&SEGMENTS);
}

fn is_static(address: usize) -> bool {
    SEGMENTS.iter().any(|&(a, b)| (a..b).contains(&address))
}

/// Keeps `object`'s first value, or puts it back. Does nothing if it is not a static. To be called at the
/// first use of an object in an execution, before anything else touches it.
///
/// # Safety
/// Nothing may hold a reference into `object` (a guard, say) that is used afterwards, and no other thread
/// may use it during the call.
pub unsafe fn first_use<T: ?Sized>(object: &T) {
    let address = std::ptr::from_ref(object).cast::<u8>() as usize;
    let size = size_of_val(object);
    if size == 0 || !is_static(address) {
        return;
    }
    let mut images = IMAGES.lock().unwrap_or_else(|e| e.into_inner());
    let bytes = std::ptr::from_ref(object).cast::<u8>().cast_mut();
    match images.get(&address) {
        Some(image) if image.len() == size => {
            // SAFETY: `object` is a live static of `size` bytes with interior mutability; the image holds
            // bytes that were a valid value of it; the caller guarantees exclusive use.
            unsafe { std::ptr::copy_nonoverlapping(image.as_ptr(), bytes, size) };
        }
        Some(_) => {}
        None => {
            let mut image = vec![0u8; size].into_boxed_slice();
            // SAFETY: `object` is a live value of `size` bytes that nobody writes now. Padding bytes are
            // copied as they are and never looked at.
            unsafe { std::ptr::copy_nonoverlapping(bytes, image.as_mut_ptr(), size) };
            images.insert(address, image);
        }
    }
}
