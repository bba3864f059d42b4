/**
 * What stands for Node's `Buffer` in the browser's checker: as much of it as `bytes` and `record` use there. Base64 and hexadecimal are
 * read as leniently as Node reads them, since what calls it writes them again and compares.
 */
export type Encoding = 'utf8' | 'latin1' | 'hex' | 'base64' | 'base64url';

export class Buffer extends Uint8Array {
  static override from(input: unknown, encodingOrOffset?: unknown, length?: number): Buffer {
    if (typeof input === 'string') return decode(input, (encodingOrOffset ?? 'utf8') as Encoding); // as Node's overloads say
    if (input instanceof ArrayBuffer) return new Buffer(input, Number(encodingOrOffset ?? 0), length);
    return new Buffer(input as ArrayLike<number>); // likewise: bytes, which are copied
  }

  static concat(pieces: readonly Uint8Array[]): Buffer {
    const whole = new Buffer(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let offset = 0;
    for (const piece of pieces) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    return whole;
  }

  static compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
    const shared = Math.min(a.length, b.length);
    for (let place = 0; place < shared; place++) {
      const difference = (a[place] ?? 0) - (b[place] ?? 0);
      if (difference !== 0) return difference < 0 ? -1 : 1;
    }
    return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
  }

  static byteLength(text: string): number {
    return new TextEncoder().encode(text).length;
  }

  static alloc(length: number): Buffer {
    return new Buffer(length);
  }

  override toString(encoding: Encoding = 'utf8'): string {
    switch (encoding) {
      case 'utf8':
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this);
      case 'latin1':
        return binary(this);
      case 'hex':
        return Array.from(this, (byte) => byte.toString(16).padStart(2, '0')).join('');
      case 'base64':
        return btoa(binary(this));
      case 'base64url':
        return btoa(binary(this)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    }
  }

  readBigUInt64BE(offset = 0): bigint {
    return new DataView(this.buffer, this.byteOffset, this.byteLength).getBigUint64(offset);
  }
}

function binary(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function decode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf8':
      return new Buffer(new TextEncoder().encode(text));
    case 'latin1':
      return new Buffer(Array.from(text, (character) => character.charCodeAt(0)));
    case 'hex': {
      const whole = /^(?:[0-9a-fA-F]{2})*/.exec(text)?.[0] ?? '';
      return new Buffer(Array.from(whole.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
    }
    case 'base64':
    case 'base64url':
      return new Buffer(Array.from(fromBase64(text), (character) => character.charCodeAt(0)));
  }
}

/** Either alphabet, characters of neither passed over, up to the first padding; a single character left over is dropped. */
function fromBase64(text: string): string {
  const [digits = ''] = text.split('=', 1);
  const plain = digits
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  return atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain);
}
