// What a verifier's memory is taken from beside V8's heaps. glibc gives each of a dozen threads a region of its own, of which little is ever
// handed back. It reads its settings before a program begins: what was started without them takes its own place once more.

/** Threads share two regions. Whatever starts a verifier and has set it, or measures one, spares it the second start. */
export const ALLOCATOR = { MALLOC_ARENA_MAX: '2' };

/** Settings of glibc, any of which shows that whoever started this knows better. */
const SETTINGS = ['MALLOC_ARENA_MAX', 'MALLOC_ARENA_TEST', 'GLIBC_TUNABLES'];

/**
 * Begins `sextant serve` anew, as the same process with the same arguments and options, under {@link ALLOCATOR}; returns where it has
 * settings or cannot. Before anything is loaded: what is open then is closed, but for the standard streams.
 *
 * @param {readonly string[]} args the command line
 */
export function underAllocator(args) {
  if (args[0] !== 'serve' || SETTINGS.some((name) => process.env[name] !== undefined)) return;
  if (process.platform !== 'linux' || process.execve === undefined) return;
  // A channel to a parent would be cut; and by Node's own permissions it would be refused.
  if (process.channel !== undefined || process.permission !== undefined) return;
  const [, program, ...rest] = process.argv;
  process.execve(process.execPath, [process.execPath, ...process.execArgv, program, ...rest], {
    ...process.env,
    ...ALLOCATOR,
  });
}
