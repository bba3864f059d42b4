import { describe, expect, it } from 'vitest';
import { resolveTcti } from '../../../src/agent/tpm/run-tool.ts';
import { errorNumber, explainToolFailure, responseCode } from '../../../src/agent/tpm/tool-failure.ts';

/** Lines as tpm2-tools 5.4 print them. */
const SAID = [
  [
    'tpm_lockout',
    'ERROR: Esys_Quote(0x921) - tpm:warn(2.0): authorizations for objects subject to DA protection are not allowed',
  ],
  [
    'tpm_auth',
    'ERROR: Esys_PolicySecret(0x9A2) - tpm:session(1):authorization failure without DA implications',
  ],
  ['tpm_auth', 'ERROR: Esys_EvictControl(0x98E) - tpm:session(1):the authorization HMAC check failed'],
  [
    'tpm_failed',
    'ERROR: Esys_GetCapability(0x101) - tpm:error(2.0): commands not being accepted because of a TPM failure',
  ],
  ['tpm_failed', 'ERROR: Esys_Quote(0x18B) - tpm:handle(1):the handle is not correct for the use'],
  ['tpm_absent', 'ERROR: Could not load tcti, got: "swtpm:path=/nowhere"'],
  ['tpm_failed', 'ERROR: something unheard of'],
] as const;

describe('what a failed tool means', () => {
  it.each(SAID)('is %s after %s', (code, stderr) => {
    const error = explainToolFailure(
      'tpm2_quote',
      new Error('exit 1'),
      `${stderr}\nERROR: Unable to run`,
      'x',
    );
    expect(error).toMatchObject({ code, actual: expect.stringContaining(stderr) });
    expect(error.mend).not.toBe('');
  });

  it('is that it is not installed, or did not end', () => {
    const absent = Object.assign(new Error('spawn'), { code: 'ENOENT' });
    expect(explainToolFailure('tpm2_quote', absent, '', 'x')).toMatchObject({ code: 'tool_missing' });
    const late = Object.assign(new Error('killed'), { killed: true });
    expect(explainToolFailure('tpm2_quote', late, '', 'x')).toMatchObject({ code: 'tpm_timeout' });
  });

  it("is read from the TPM's code, or one that a resource manager passes on, not from the transport's", () => {
    expect(responseCode('Esys_Quote(0xB0922) - rm')).toBe(0x922);
    expect(responseCode('Esys_Initialize(0xA000A) - tcti:IO failure')).toBeNull();
    expect(responseCode('Esys_Startup(0xA000A) then (0x101)')).toBe(0x101);
    expect(errorNumber(0x9a2)).toBe(0xa2);
    expect(errorNumber(0x2df)).toBe(0x9f);
    expect(errorNumber(0x921)).toBe(0x921);
  });
});

describe('which TPM', () => {
  it.each([
    [undefined, {}, 'device:/dev/tpmrm0'],
    [undefined, { TPM2TOOLS_TCTI: '' }, 'device:/dev/tpmrm0'],
    [undefined, { TPM2TOOLS_TCTI: 'swtpm:path=/a' }, 'swtpm:path=/a'],
    ['/dev/tpm1', { TPM2TOOLS_TCTI: 'swtpm:path=/a' }, 'device:/dev/tpm1'],
    ['mssim', {}, 'mssim'],
  ])('%s with %j is %s', (given, environment, expected) => {
    expect(resolveTcti(given, environment)).toBe(expected);
  });

  it('is not a guess', () => {
    expect(() => resolveTcti('../tpm', {})).toThrowError(expect.objectContaining({ code: 'tpm_absent' }));
  });
});
