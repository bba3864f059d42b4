import { hash } from 'node:crypto';

/** One entry of an IMA log, laid out by hand from Documentation/security/IMA-templates.rst. */
export type Entry = {
  readonly template: 'ima' | 'ima-ng' | 'ima-sig' | 'ima-buf' | 'ima-ngv2' | 'ima-sigv2';
  readonly path: string;
  readonly digest: Uint8Array;
  /** Signature or buffer, for the templates that have one. */
  readonly extra?: Uint8Array;
  readonly violation?: boolean;
};

const le32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const sized = (bytes: Uint8Array): Buffer => Buffer.concat([le32(bytes.length), bytes]);

function fields({ template, path, digest, extra = new Uint8Array() }: Entry): Uint8Array[] {
  const words = template.endsWith('v2') ? 'ima:sha256:' : 'sha256:';
  const first = Buffer.concat([Buffer.from(`${words}\0`), digest]);
  const named = [first, Buffer.from(`${path}\0`)];
  return template === 'ima-ng' || template === 'ima-ngv2' ? named : [...named, extra];
}

/** What the kernel hashes for an entry. */
export function templateData(entry: Entry): Buffer {
  if (entry.template !== 'ima') return Buffer.concat(fields(entry).map(sized));
  const name = Buffer.alloc(256);
  name.write(entry.path);
  return Buffer.concat([entry.digest, name]);
}

const templateDigest = (entry: Entry, bank: string): Buffer =>
  entry.violation ? Buffer.alloc(hash(bank, '', 'buffer').length) : hash(bank, templateData(entry), 'buffer');

export function binaryLog(entries: readonly Entry[], bank = 'sha1'): Uint8Array {
  return new Uint8Array(
    Buffer.concat(
      entries.map((entry) => {
        const head = [le32(10), templateDigest(entry, bank), sized(Buffer.from(entry.template))];
        const body =
          entry.template === 'ima'
            ? [entry.digest, sized(Buffer.from(entry.path))]
            : [sized(Buffer.concat(fields(entry).map(sized)))];
        return Buffer.concat([...head, ...body]);
      }),
    ),
  );
}

export function asciiLog(entries: readonly Entry[], bank = 'sha1'): Uint8Array {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const lines = entries.map((entry) => {
    const { template, path, digest, extra = new Uint8Array() } = entry;
    const words = template === 'ima' ? '' : template.endsWith('v2') ? 'ima:sha256:' : 'sha256:';
    const tail = ['ima', 'ima-ng', 'ima-ngv2'].includes(template) ? '' : ` ${hex(extra)}`;
    return `10 ${hex(templateDigest(entry, bank))} ${template} ${words}${hex(digest)} ${path}${tail}\n`;
  });
  return new Uint8Array(Buffer.from(lines.join('')));
}

/** The value of PCR 10 after these entries: `own` since Linux 5.8, `filled` before. */
export function pcr10(entries: readonly Entry[], bank: string, how: 'own' | 'filled' = 'own'): Uint8Array {
  const size = hash(bank, '', 'buffer').length;
  return entries.reduce<Uint8Array>((value, entry) => {
    const extended = Buffer.alloc(size, entry.violation ? 0xff : 0);
    if (!entry.violation) hash(how === 'own' ? bank : 'sha1', templateData(entry), 'buffer').copy(extended);
    return hash(bank, Buffer.concat([value, extended]), 'buffer');
  }, new Uint8Array(size));
}
