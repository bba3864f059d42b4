import { build, type InlineConfig } from 'vite';

/**
 * Builds as for people, whatever `NODE_ENV` says meanwhile: under another than `production`, as tests have it, React brings its own checks along and is
 * several times as slow.
 */
export async function bundle(settings: InlineConfig): Promise<void> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build(settings);
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}
