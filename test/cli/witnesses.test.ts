import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readWitnesses } from '../../src/cli/serve/witnesses.ts';
import { formatWitnessKey } from '../../src/record/cosignature.ts';
import { formatVerifierKey } from '../../src/record/note.ts';

const party = (name: string) => ({ name, ...generateKeyPairSync('ed25519') });
const [one, two] = [party('w1.example'), party('w2.example')];
const key = formatWitnessKey(one);

describe('sextant serve --witness', () => {
  it('takes an address and a key for each witness', () => {
    const values = ['https://w1.example/log', key, 'http://localhost:9/', formatWitnessKey(two)];
    const witnesses = readWitnesses(values);
    expect(witnesses.map(({ url, verifier }) => [url.href, verifier.name])).toEqual([
      ['https://w1.example/log/add-checkpoint', 'w1.example'],
      ['http://localhost:9/add-checkpoint', 'w2.example'],
    ]);
    expect(readWitnesses([])).toEqual([]);
  });

  it.each([
    ['no key', ['https://w1.example']],
    ['plain HTTP to elsewhere', ['http://w1.example', key]],
    ['no address', ['w1.example', key]],
    ['the key first', [key, 'https://w1.example']],
    ['the key of a log', ['https://w1.example', formatVerifierKey(one)]],
    ['one witness twice', ['https://w1.example', key, 'https://other.example', key]],
  ])('refuses %s', (_, values) => {
    expect(() => readWitnesses(values)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
