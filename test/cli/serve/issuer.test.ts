import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readIssuer } from '../../../src/cli/serve/issuer.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const RIGHT = {
  name: 'Bureau accounts',
  issuer: 'https://id.example/realms/bureau',
  clientId: 'sextant',
  rules: [{ claims: { groups: 'licensing' }, role: 'authority', tenant: 'bureau' }],
};

function written(text: string): string {
  const path = join(temporaryFolder(), 'issuer.json');
  writeFileSync(path, text);
  return path;
}

describe('--issuer', () => {
  it('is read with its defaults', () => {
    expect(readIssuer(written(JSON.stringify(RIGHT)))).toEqual({
      ...RIGHT,
      clientAuthentication: 'basic',
      scopes: [],
    });
  });

  it.each([
    ['no JSON', '{', /is no JSON/],
    ['a name twice', '{"name":"a","name":"b"}', /is no JSON/],
    [
      'a rule for everybody',
      JSON.stringify({ ...RIGHT, rules: [{ ...RIGHT.rules[0], claims: {} }] }),
      /rules\.0\.claims: must name/,
    ],
    [
      'a role that nobody has',
      JSON.stringify({ ...RIGHT, rules: [{ ...RIGHT.rules[0], role: 'root' }] }),
      /rules\.0\.role/,
    ],
    ['an unknown member', JSON.stringify({ ...RIGHT, defaultRole: 'auditor' }), /defaultRole/],
  ])('is refused where it holds %s', (_, text, message) => {
    const path = written(text);
    expect(() => readIssuer(path)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });

  it('is refused where it is not there', () => {
    expect(() => readIssuer(join(temporaryFolder(), 'none'))).toThrow(
      expect.objectContaining({ code: 'unreadable' }),
    );
  });
});
