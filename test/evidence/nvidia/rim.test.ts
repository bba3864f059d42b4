import { expect, it } from 'vitest';
import { type RimResult, verifyRim } from '../../../src/evidence/nvidia/index.ts';
import { describeWithVectors } from '../../vectors.ts';
import { JUNE_2024, JUNE_2026, rim, rootOf } from './genuine.ts';

function verify(manifest: Uint8Array | string, at = JUNE_2026, anchors = rootOf('rim_root.pem')): RimResult {
  return verifyRim({ rim: typeof manifest === 'string' ? Buffer.from(manifest) : manifest, anchors, at });
}

function failed({ findings }: RimResult): string[] {
  return findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

const DRIVER = 'NV_GPU_DRIVER_GH100_550.144.03';
const VBIOS = 'NV_GPU_VBIOS_1010_0200_882_96005E0001';
const BIOS = 'NV_SWITCH_BIOS_5612_0002_890_9610550001';

describeWithVectors('genuine reference manifests', () => {
  it.each([
    [DRIVER, JUNE_2026, 'GH100', '550.144.03', 21],
    [VBIOS, JUNE_2024, 'GH100', '96.00.5E.00.01', 12],
    [BIOS, JUNE_2026, 'LS10', '96.10.55.00.01', 31],
  ])('verifies %s', (name, at, product, version, active) => {
    const { findings, verified } = verify(rim(name), at);
    expect(failed({ findings, verified })).toEqual([]);
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['nvidia.rim.revocation']);
    expect([verified?.product, verified?.colloquialVersion, verified?.references.size]).toEqual([
      product,
      version,
      active,
    ]);
  });

  it.each([
    ['bad-signature_driver', 'nvidia.rim.signature'],
    ['bad-chain_driver', 'nvidia.rim.chain'],
    ['bad-digest_NV_GPU_DRIVER_GH100_535.86.09', 'nvidia.rim.digest'],
  ])('refuses %s for its own reason', (name, id) => {
    const result = verify(rim(name));
    expect(failed(result)).toEqual([id]);
    expect(result.verified).toBeNull();
  });

  it('asks dates and anchors each time', () => {
    expect(failed(verify(rim(VBIOS), JUNE_2024))).toEqual([]);
    expect(failed(verify(rim(VBIOS), JUNE_2026))).toEqual(['nvidia.rim.validity']);
    expect(failed(verify(rim(VBIOS), JUNE_2024, []))).toEqual(['nvidia.rim.chain']);
    expect(failed(verify(rim(VBIOS), JUNE_2024, rootOf('device_root.pem')))).toEqual(['nvidia.rim.chain']);
    expect(failed(verify(rim(VBIOS), JUNE_2024))).toEqual([]);
  });

  it('gives the last day of the signer', () => {
    expect(verify(rim(DRIVER)).verified?.validUntil.toISOString()).toBe('2026-12-30T16:56:50.000Z');
    expect(failed(verify(rim(DRIVER), new Date('2026-12-30T16:56:50.999Z')))).toEqual([]);
    expect(failed(verify(rim(DRIVER), new Date('2026-12-30T16:56:51Z')))).toEqual(['nvidia.rim.validity']);
  });
});

describeWithVectors('altered reference manifests', () => {
  const text = Buffer.from(rim(DRIVER)).toString();
  const other = Buffer.from(rim(VBIOS)).toString();
  const signatureOf = (xml: string): string => /<ds:Signature .*<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
  const signature = signatureOf(text);
  const unsigned = text.replace(signature, '');
  const root = (xml: string): string => /^<SoftwareIdentity[^>]*>/.exec(xml)?.[0] ?? '';
  const altered = (from: string | RegExp, to: string): string => {
    const result = text.replace(from, () => to);
    if (result === text) throw new Error(`${from} is not there`);
    return result;
  };

  it('says the same where only the writing differs', () => {
    expect(failed(verify(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`))).toEqual([]);
    expect(failed(verify(text.replaceAll('\n', '\r\n')))).toEqual([]);
    expect(failed(verify(altered('corpus="false" name="GH100"', "name='GH100'  corpus='false'")))).toEqual(
      [],
    );
    expect(
      failed(
        verify(
          altered('role="softwareCreator tagCreator"/>', 'role="softwareCreator tagCreator"></ns0:Entity>'),
        ),
      ),
    ).toEqual([]);
    // White space in an element that nobody signed.
    expect(failed(verify(altered('<ds:KeyInfo>', '<ds:KeyInfo> ')))).toEqual([]);
  });

  it.each([
    ['a value', /active="False"/, 'active="True"'],
    ['a version', 'colloquialVersion="550.144.03"', 'colloquialVersion="550.144.04"'],
    ['white space', '<ns0:Payload', ' <ns0:Payload'],
    ['what is in front of the signature', '<ds:Signature ', '\n<ds:Signature '],
    ['what is behind it', '</ds:Signature>', '</ds:Signature> '],
  ])('refuses %s that was altered, by the digest alone', (_, from, to) => {
    expect(failed(verify(altered(from, to)))).toEqual(['nvidia.rim.digest']);
  });

  it('notices a declaration that nobody uses, in the document and in what inherits it', () => {
    const ids = ['nvidia.rim.digest', 'nvidia.rim.signature'];
    expect(failed(verify(altered('xmlns:ns2=', 'xmlns:ns3="u:3" xmlns:ns2=')))).toEqual(ids);
  });

  it('refuses a genuine signature over another document', () => {
    expect(failed(verify(text.replace(signature, signatureOf(other)), JUNE_2024))).toContain(
      'nvidia.rim.digest',
    );
    const moved = other.replace(signatureOf(other), signature);
    expect(failed(verify(moved))).toEqual(['nvidia.rim.digest']);
  });

  it('refuses a digest made to fit, by the signature alone', () => {
    const forged = altered('active="False"', 'active="True"');
    const { findings } = verify(forged);
    const actual = findings.checks.find(({ id }) => id === 'nvidia.rim.digest')?.actual ?? '';
    const fitting = Buffer.from(actual, 'hex').toString('base64');
    expect(failed(verify(forged.replace(/(?<=<ds:DigestValue>)[^<]*/, fitting)))).toEqual([
      'nvidia.rim.signature',
    ]);
  });

  it('takes the key of the certificate that it chains, which stands first', () => {
    const certificates = text.match(/<ds:X509Certificate>[^<]*<\/ds:X509Certificate>/g) ?? [];
    const [signer = '', ...above] = certificates;
    const swapped = text.replace(certificates.join(''), [...above, signer].join(''));
    expect(swapped).not.toBe(text);
    expect(failed(verify(swapped))).toContain('nvidia.rim.signature');
    // NVIDIA's chain in front of somebody else's signer, or behind him, helps nobody.
    expect(failed(verify(text.replace(certificates.join(''), signer)))).toEqual(['nvidia.rim.chain']);
  });

  it.each([
    ['no signature', unsigned],
    ['two signatures', text.replace(signature, signature + signature)],
    ['another signature within', text.replace('</ns0:Payload>', `${signatureOf(other)}</ns0:Payload>`)],
    [
      'the signature deeper than the root',
      text.replace(signature, '').replace('</ns0:Payload>', `${signature}</ns0:Payload>`),
    ],
    ['the signed document within another', `${root(text)}<ns0:Meta/>${text.trim()}</SoftwareIdentity>`],
    [
      'the signed document within an object of the signature',
      text.replace('</ds:KeyInfo>', `</ds:KeyInfo><ds:Object>${unsigned.trim()}</ds:Object>`),
    ],
    [
      'a signature as the root',
      signature.replace('</ds:KeyInfo>', `</ds:KeyInfo><ds:Object>${unsigned.trim()}</ds:Object>`),
    ],
    [
      'a part of a signature elsewhere',
      text.replace(
        '</ns0:Payload>',
        '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></ns0:Payload>',
      ),
    ],
    ['a reference to a part', altered('<ds:Reference URI="">', '<ds:Reference URI="#a">')],
    ['a reference to another document', altered('<ds:Reference URI="">', '<ds:Reference URI="http://a/b">')],
    ['a reference without a URI', altered('<ds:Reference URI="">', '<ds:Reference>')],
    ['a reference of a type', altered('<ds:Reference URI="">', '<ds:Reference URI="" Type="u:1">')],
    [
      'two references',
      altered(
        /(<ds:Reference .*<\/ds:Reference>)/,
        `${/<ds:Reference .*<\/ds:Reference>/.exec(text)?.[0]}<ds:Reference URI=""/>`,
      ),
    ],
    ['one transform', altered('<ds:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/>', '')],
    [
      'another transform',
      altered(
        '<ds:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/>',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>',
      ),
    ],
    [
      'a third transform',
      altered(
        '</ds:Transforms>',
        '<ds:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/></ds:Transforms>',
      ),
    ],
    [
      'transforms in another order',
      altered(
        /<ds:Transform A.*<\/ds:Transforms>/,
        '<ds:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></ds:Transforms>',
      ),
    ],
    [
      'another canonical form',
      altered(
        '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11"/>',
        '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
      ),
    ],
    ['a weaker digest', altered('xmldsig-more#sha384"/><ds:DigestValue', 'xmldsig#sha1"/><ds:DigestValue')],
    ['another signature algorithm', altered('#ecdsa-sha384', '#hmac-sha384')],
    [
      'an algorithm with parameters',
      altered(
        '#ecdsa-sha384"/>',
        '#ecdsa-sha384"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>',
      ),
    ],
    ['a key beside the chain', altered('<ds:X509Data>', '<ds:KeyValue/><ds:X509Data>')],
    ['no certificate', altered(/<ds:X509Data>.*<\/ds:X509Data>/s, '<ds:X509Data></ds:X509Data>')],
    ['a certificate that is none', altered(/(?<=<ds:X509Certificate>)[^<]*/, 'MAA=')],
    ['a signature with text in it', altered('<ds:SignedInfo>', 'a<ds:SignedInfo>')],
    ['a signature with an id', altered('<ds:SignedInfo>', '<ds:SignedInfo Id="a">')],
    ['a document type', `<!DOCTYPE SoftwareIdentity>${text}`],
  ])('refuses %s, and asks no further', (_, xml) => {
    const result = verify(xml);
    expect(failed(result)).toEqual(['nvidia.rim.well-formed']);
    expect(result.findings.checks).toHaveLength(1);
  });
});
