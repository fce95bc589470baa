//! What is linked into a program that is checked as a process: it lets the check stop each of its processes at the system
//! calls that matter, look at it in `/proc`, and let it go on, kill it, or let it fail. So a check decides who goes first, and a
//! kill hits the very step that it is meant for, on a slow machine too.
//!
//! The program knows nothing of it. The functions here stand before the C library's of the same name and call them. Without a
//! file `control` beside the executable they do nothing else.

#![no_std]
#![cfg(target_os = "linux")]

mod layout;

use core::ffi::{c_char, c_int, c_uint, c_void};
use core::ptr::{null_mut, with_exposed_provenance_mut};
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::SeqCst};

use layout::{Control, EXIT, LOCK, READ, SLOTS, START, Slot, TRUNCATE, UNLOCK, WRITE};
use libc::{iovec, off64_t, size_t, ssize_t};

static CONTROL: AtomicPtr<Control> = AtomicPtr::new(null_mut());
static SLOT: AtomicPtr<Slot> = AtomicPtr::new(null_mut());

/// Run by the loader before `main`.
#[used]
#[unsafe(link_section = ".init_array")]
static AT_START: extern "C" fn() = at_start;

extern "C" fn at_start() {
    for real in [&REAL_READ, &REAL_WRITE, &REAL_READV, &REAL_WRITEV, &REAL_FLOCK, &REAL_TRUNCATE] {
        real.find();
    }
    let Some(control) = map() else { return };
    let index = control.started.fetch_add(1, SeqCst) as usize;
    if let Some(slot) = control.slots.get(index) {
        SLOT.store((slot as *const Slot).cast_mut(), SeqCst);
        slot.pid.store(own_pid(), SeqCst);
    }
    CONTROL.store((control as *const Control).cast_mut(), SeqCst);
    // Registered first, so it runs last: whatever the program does at its end is done by then.
    // SAFETY: the handler lives as long as the program.
    unsafe { libc::atexit(at_exit) };
    event(START, -1, 0);
}

extern "C" fn at_exit() {
    event(EXIT, -1, 0);
}

/// Maps `control`, which lies beside the executable.
fn map() -> Option<&'static Control> {
    const NAME: &[u8] = b"control\0";
    let mut path = [0u8; 4096];
    // SAFETY: the buffers are as long as is said, and the texts end with a zero byte.
    unsafe {
        let room = path.len() - NAME.len();
        let got = libc::readlink(c"/proc/self/exe".as_ptr(), path.as_mut_ptr().cast(), room);
        let end = path.get(..usize::try_from(got).ok()?)?.iter().rposition(|b| *b == b'/')? + 1;
        path.get_mut(end..end + NAME.len())?.copy_from_slice(NAME);
        let file = libc::open(path.as_ptr().cast::<c_char>(), libc::O_RDWR | libc::O_CLOEXEC);
        if file < 0 {
            return None;
        }
        let length = size_of::<Control>();
        let mut about: libc::stat64 = core::mem::zeroed();
        let whole = libc::fstat64(file, &raw mut about) == 0 && about.st_size as usize == length;
        let memory = if whole {
            libc::mmap(null_mut(), length, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED, file, 0)
        } else {
            libc::MAP_FAILED
        };
        libc::close(file);
        // Never unmapped; all of it is atomics, for which every content is valid.
        if memory == libc::MAP_FAILED { None } else { memory.cast::<Control>().as_ref() }
    }
}

fn own_pid() -> u32 {
    // SAFETY: takes nothing, only answers.
    unsafe { libc::getpid() as u32 }
}

/// This process's slot. A child that has not called `exec` has none.
fn own_slot() -> Option<(&'static Control, &'static Slot)> {
    // SAFETY: both are null or point into the mapping, which stays.
    let (control, slot) = unsafe { (CONTROL.load(SeqCst).as_ref()?, SLOT.load(SeqCst).as_ref()?) };
    (slot.pid.load(SeqCst) == own_pid()).then_some((control, slot))
}

/// The process is about to do something: stops here if the check wants that.
fn event(what: u32, fd: c_int, length: usize) {
    let Some((control, slot)) = own_slot() else { return };
    let first = core::ptr::eq(slot, &raw const control.slots[0]);
    let stops = if first { &control.first } else { &control.others };
    if stops.load(SeqCst) & what == 0 || slot.free.load(SeqCst) != 0 {
        return;
    }
    while slot.busy.swap(1, SeqCst) != 0 {
        // SAFETY: takes nothing.
        unsafe { libc::sched_yield() };
    }
    slot.fd.store(fd as u32, SeqCst);
    slot.length.store(length as u64, SeqCst);
    slot.at.store(what, SeqCst);
    // SAFETY: plain numbers. The signal goes to this thread, so it stops here and not some steps later.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), libc::gettid(), libc::SIGSTOP) };
    slot.at.store(0, SeqCst);
    let end = slot.end.swap(0, SeqCst);
    if end != 0 {
        // SAFETY: ends the process at once.
        unsafe { libc::_exit(end as c_int - 1) };
    }
    slot.busy.store(0, SeqCst);
}

/// Something was done that others can see.
fn deed() {
    if let Some((_, slot)) = own_slot() {
        slot.deeds.fetch_add(1, SeqCst);
    }
}

/// A read may always give less than was asked for.
fn at_most(count: size_t) -> size_t {
    match own_slot().map_or(0, |(control, _)| control.most_read.load(SeqCst) as size_t) {
        0 => count,
        most => count.min(most),
    }
}

/// The C library's own function of a name.
struct Real {
    name: &'static core::ffi::CStr,
    address: AtomicUsize,
}

impl Real {
    const fn new(name: &'static core::ffi::CStr) -> Real {
        Real { name, address: AtomicUsize::new(0) }
    }

    fn find(&self) -> usize {
        let known = self.address.load(SeqCst);
        if known != 0 {
            return known;
        }
        // SAFETY: the name ends with a zero byte.
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) }.expose_provenance();
        self.address.store(found, SeqCst);
        found
    }

    fn get(&self) -> *mut c_void {
        with_exposed_provenance_mut(self.find())
    }
}

static REAL_READ: Real = Real::new(c"read");
static REAL_WRITE: Real = Real::new(c"write");
static REAL_READV: Real = Real::new(c"readv");
static REAL_WRITEV: Real = Real::new(c"writev");
static REAL_PREAD: Real = Real::new(c"pread64");
static REAL_PWRITE: Real = Real::new(c"pwrite64");
static REAL_SPLICE: Real = Real::new(c"splice");
static REAL_SENDFILE: Real = Real::new(c"sendfile64");
static REAL_COPY: Real = Real::new(c"copy_file_range");
static REAL_FLOCK: Real = Real::new(c"flock");
static REAL_TRUNCATE: Real = Real::new(c"ftruncate64");

type ReadFn = unsafe extern "C" fn(c_int, *mut c_void, size_t) -> ssize_t;
type WriteFn = unsafe extern "C" fn(c_int, *const c_void, size_t) -> ssize_t;
type VectorFn = unsafe extern "C" fn(c_int, *const iovec, c_int) -> ssize_t;
type PreadFn = unsafe extern "C" fn(c_int, *mut c_void, size_t, off64_t) -> ssize_t;
type PwriteFn = unsafe extern "C" fn(c_int, *const c_void, size_t, off64_t) -> ssize_t;
/// Of `splice` and of `copy_file_range`.
type PassFn = unsafe extern "C" fn(c_int, *mut off64_t, c_int, *mut off64_t, size_t, c_uint) -> ssize_t;
type SendfileFn = unsafe extern "C" fn(c_int, c_int, *mut off64_t, size_t) -> ssize_t;
type FlockFn = unsafe extern "C" fn(c_int, c_int) -> c_int;
type TruncateFn = unsafe extern "C" fn(c_int, off64_t) -> c_int;

/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn read(fd: c_int, buffer: *mut c_void, count: size_t) -> ssize_t {
    event(READ, fd, count);
    let count = at_most(count);
    // SAFETY: the C library's `read` has this type, and the caller promises the rest.
    unsafe { core::mem::transmute::<*mut c_void, ReadFn>(REAL_READ.get())(fd, buffer, count) }
}

/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn readv(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    event(READ, fd, 0);
    // SAFETY: the C library's `readv` has this type, and the caller promises the rest.
    unsafe { core::mem::transmute::<*mut c_void, VectorFn>(REAL_READV.get())(fd, parts, count) }
}

/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(fd: c_int, buffer: *const c_void, count: size_t) -> ssize_t {
    event(WRITE, fd, count);
    // SAFETY: the C library's `write` has this type, and the caller promises the rest.
    let done = unsafe { core::mem::transmute::<*mut c_void, WriteFn>(REAL_WRITE.get())(fd, buffer, count) };
    if done > 0 {
        deed();
    }
    done
}

/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    event(WRITE, fd, 0);
    // SAFETY: the C library's `writev` has this type, and the caller promises the rest.
    let done = unsafe { core::mem::transmute::<*mut c_void, VectorFn>(REAL_WRITEV.get())(fd, parts, count) };
    if done > 0 {
        deed();
    }
    done
}

/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pread64(fd: c_int, buffer: *mut c_void, count: size_t, at: off64_t) -> ssize_t {
    event(READ, fd, count);
    let count = at_most(count);
    // SAFETY: the C library's `pread64` has this type, and the caller promises the rest.
    unsafe { core::mem::transmute::<*mut c_void, PreadFn>(REAL_PREAD.get())(fd, buffer, count, at) }
}

/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(fd: c_int, buffer: *const c_void, count: size_t, at: off64_t) -> ssize_t {
    event(WRITE, fd, count);
    // SAFETY: the C library's `pwrite64` has this type, and the caller promises the rest.
    let done = unsafe { core::mem::transmute::<*mut c_void, PwriteFn>(REAL_PWRITE.get())(fd, buffer, count, at) };
    if done > 0 {
        deed();
    }
    done
}

/// What std's `io::copy` does when one side is a pipe.
///
/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn splice(
    from: c_int,
    from_at: *mut off64_t,
    to: c_int,
    to_at: *mut off64_t,
    count: size_t,
    flags: c_uint,
) -> ssize_t {
    // SAFETY: the C library's `splice` has the type that is expected here, and the caller promises the rest.
    unsafe { pass(&REAL_SPLICE, from, from_at, to, to_at, count, flags) }
}

/// What std's `io::copy` does between files.
///
/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn copy_file_range(
    from: c_int,
    from_at: *mut off64_t,
    to: c_int,
    to_at: *mut off64_t,
    count: size_t,
    flags: c_uint,
) -> ssize_t {
    // SAFETY: the C library's `copy_file_range` has the type that is expected here, and the caller promises the rest.
    unsafe { pass(&REAL_COPY, from, from_at, to, to_at, count, flags) }
}

/// # Safety
///
/// `real` is a function of this type, and the caller may call it.
unsafe fn pass(
    real: &Real,
    from: c_int,
    from_at: *mut off64_t,
    to: c_int,
    to_at: *mut off64_t,
    count: size_t,
    flags: c_uint,
) -> ssize_t {
    event(READ, from, count);
    event(WRITE, to, count);
    let count = at_most(count);
    // SAFETY: see above.
    let done =
        unsafe { core::mem::transmute::<*mut c_void, PassFn>(real.get())(from, from_at, to, to_at, count, flags) };
    if done > 0 {
        deed();
    }
    done
}

/// What std's `io::copy` does from a file.
///
/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sendfile64(to: c_int, from: c_int, from_at: *mut off64_t, count: size_t) -> ssize_t {
    event(READ, from, count);
    event(WRITE, to, count);
    let count = at_most(count);
    // SAFETY: the C library's `sendfile64` has this type, and the caller promises the rest.
    let done =
        unsafe { core::mem::transmute::<*mut c_void, SendfileFn>(REAL_SENDFILE.get())(to, from, from_at, count) };
    if done > 0 {
        deed();
    }
    done
}

/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flock(fd: c_int, operation: c_int) -> c_int {
    let unlock = operation & libc::LOCK_UN != 0;
    if let (false, Some((_, slot))) = (unlock, own_slot()) {
        slot.locks.fetch_add(1, SeqCst);
    }
    event(if unlock { UNLOCK } else { LOCK }, fd, 0);
    // SAFETY: the C library's `flock` has this type and takes plain numbers.
    let done = unsafe { core::mem::transmute::<*mut c_void, FlockFn>(REAL_FLOCK.get())(fd, operation) };
    if done == 0 {
        deed();
    }
    done
}

/// # Safety
///
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate64(fd: c_int, length: off64_t) -> c_int {
    event(TRUNCATE, fd, 0);
    // SAFETY: the C library's `ftruncate64` has this type and takes plain numbers.
    let done = unsafe { core::mem::transmute::<*mut c_void, TruncateFn>(REAL_TRUNCATE.get())(fd, length) };
    if done == 0 {
        deed();
    }
    done
}

const _: () = assert!(SLOTS > 1 && size_of::<Control>() == 16 + SLOTS * size_of::<Slot>());
