import { describe, expect, it } from 'vitest';
import { amdUrl } from '../../src/collateral/amd/addresses.ts';
import { intelUrl } from '../../src/collateral/intel/addresses.ts';
import { ROOT_CRL } from '../../src/collateral/intel/recipes.ts';
import { jwksUrl, rimUrl } from '../../src/collateral/nvidia/addresses.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';

describe('where collateral is asked for', () => {
  it('is NVIDIA itself unless somebody says otherwise', () => {
    const { nvidia } = collateralSettings({});
    const rim = rimUrl(nvidia, { kind: 'nvidia-rim', name: 'NV_GPU_DRIVER_GH100_550.144.03' });
    expect(rim.href).toBe('https://rim.attestation.nvidia.com/v1/rim/NV_GPU_DRIVER_GH100_550.144.03');
    expect(nvidia.ocsp.href).toBe('https://ocsp.ndis.nvidia.com/');
    expect(jwksUrl(nvidia).href).toBe('https://nras.attestation.nvidia.com/.well-known/jwks.json');
    expect(nvidia.origins).toHaveLength(3);
  });

  it('may be mirrors of NVIDIA’s, named as NVIDIA’s own tools name them, and by https', () => {
    const environment = {
      SEXTANT_NVIDIA_RIM_URL: 'https://mirror.example/nvidia/v1/rim/',
      SEXTANT_NVIDIA_OCSP_URL: 'https://mirror.example/ocsp',
    };
    const { nvidia } = collateralSettings({ nrasUrl: 'http://127.0.0.1:8080' }, environment);
    const rim = rimUrl(nvidia, { kind: 'nvidia-rim', name: 'NV_SWITCH_BIOS_1' });
    expect(rim.href).toBe('https://mirror.example/nvidia/v1/rim/NV_SWITCH_BIOS_1');
    expect(nvidia.ocsp.href).toBe('https://mirror.example/ocsp');
    expect(nvidia.origins).toEqual(['https://mirror.example', 'http://127.0.0.1:8080']);
    for (const url of ['http://ocsp.ndis.nvidia.com', 'ocsp.ndis.nvidia.com', 'https://a@b.example']) {
      expect(() => collateralSettings({ ocspUrl: url })).toThrow(
        expect.objectContaining({ code: 'collateral_bad_setting' }) as Error,
      );
    }
  });

  it('is Intel and AMD themselves unless somebody says otherwise', () => {
    const { intel, amd, channel, mode } = collateralSettings({});
    expect(intelUrl(intel, { kind: 'intel-tcb-info', name: 'sgx/00906ed50000/standard' }).href).toBe(
      'https://api.trustedservices.intel.com/sgx/certification/v4/tcb?fmspc=00906ED50000&update=standard',
    );
    expect(intelUrl(intel, ROOT_CRL).href).toBe(
      'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der',
    );
    expect(intel.origins).toEqual([
      'https://api.trustedservices.intel.com',
      'https://certificates.trustedservices.intel.com',
    ]);
    expect(amdUrl(amd, { kind: 'amd-crl', name: 'vlek/Milan' }).href).toBe(
      'https://kdsintf.amd.com/vlek/v1/Milan/crl',
    );
    expect([channel, mode]).toEqual(['standard', 'online']);
  });

  it.each([
    'https://pccs.example:8081',
    'https://pccs.example:8081/',
    'https://pccs.example:8081/sgx/certification/v4/',
    'https://pccs.example:8081/sgx/certification/v3',
  ])('may be a PCCS, for everything: %s', (pcsUrl) => {
    const { intel } = collateralSettings({ pcsUrl });
    expect(intel.origins).toEqual(['https://pccs.example:8081']);
    expect(intelUrl(intel, ROOT_CRL).href).toBe('https://pccs.example:8081/sgx/certification/v4/rootcacrl');
    expect(intelUrl(intel, { kind: 'intel-pck-crl', name: 'processor' }).href).toBe(
      'https://pccs.example:8081/sgx/certification/v4/pckcrl?ca=processor&encoding=der',
    );
  });

  it('may lie below a path', () => {
    const { intel, amd } = collateralSettings({
      pcsUrl: 'https://mirror.example/intel',
      kdsUrl: 'http://localhost:9000/amd/',
    });
    expect(intelUrl(intel, { kind: 'intel-qe-identity', name: 'tdx/19' }).href).toBe(
      'https://mirror.example/intel/tdx/certification/v4/qe/identity?tcbEvaluationDataNumber=19',
    );
    expect(amdUrl(amd, { kind: 'amd-chain', name: 'vcek/Turin' }).href).toBe(
      'http://localhost:9000/amd/vcek/v1/Turin/cert_chain',
    );
  });

  it('comes from the command line before the environment', () => {
    const environment = {
      SEXTANT_PCS_URL: 'https://a.example',
      SEXTANT_KDS_URL: 'https://b.example',
      SEXTANT_TCB_UPDATE: 'early',
      SEXTANT_COLLATERAL: 'offline',
    };
    const settings = collateralSettings({ pcsUrl: 'https://c.example', tcbUpdate: '19' }, environment);
    expect(settings.intel.base).toBe('https://c.example');
    expect(settings.amd.base).toBe('https://b.example');
    expect(settings.channel).toEqual({ evaluationNumber: 19 });
    expect(settings.mode).toBe('offline');
    expect(collateralSettings({}, environment).channel).toBe('early');
  });

  it.each([
    { pcsUrl: 'http://pccs.example' },
    { pcsUrl: 'ftp://pccs.example' },
    { pcsUrl: 'pccs.example' },
    { pcsUrl: 'https://user:secret@pccs.example' },
    { pcsUrl: 'https://pccs.example/?a=b' },
    { kdsUrl: 'http://kds.example' },
    { kdsUrl: '' },
    { tcbUpdate: 'soon' },
    { tcbUpdate: '0' },
    { tcbUpdate: '-1' },
    { tcbUpdate: '' },
    { mode: 'sometimes' },
  ])('is refused as %j', (given) => {
    expect(() => collateralSettings(given)).toThrow(
      expect.objectContaining({ code: 'collateral_bad_setting' }),
    );
  });
});
