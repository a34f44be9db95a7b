internal import CThreads

/// How the C library deals with memory.
package enum ProcessMemory {
    /// Without this each thread may have an arena of its own, which takes 64 MiB of address space, and a block as large as one that was given
    /// back before is kept for good.
    package static func configure() { cthreads_configure_malloc(4, 1 << 20) }
}
