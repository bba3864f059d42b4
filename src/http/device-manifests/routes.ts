import { z } from 'zod';
import { fromBase64Url } from '../../bytes/text.ts';
import {
  importedManifest,
  MANIFEST_MEDIA_TYPE,
  MAX_MANIFEST_BYTES,
  manifestId,
  platformCertificateRequest,
} from '../../protocol/device-manifest.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { importManifest } from '../../service/manifest/import.ts';
import { importPlatformCertificate } from '../../service/manifest/platform.ts';
import { getManifest, listManifests } from '../../service/manifest/read.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { content, created, ok } from '../reply.ts';
import { bytesBody, jsonBody, type Route, route } from '../route.ts';
import { presentManifest } from './present.ts';

const tag = 'Register';
const params = z.strictObject({ manifestId });
/** What a platform certificate is kept as (RFC 5877 names the type of attribute certificates). */
const CONTENT_TYPE = { manifest: MANIFEST_MEDIA_TYPE, 'platform-certificate': 'application/pkix-attr-cert' };

export function deviceManifestRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/device-manifests',
      operationId: 'importManifest',
      summary: "Import a manufacturer's word of which serial number is which chip",
      description:
        'A JWS by a key that was approved for its manufacturer: docs/device-manifest.md. The same bytes again change nothing; one that is older than what is known is a conflict.',
      tag,
      authorise: { scheme: 'bearer', scope: 'manifests:import', effect: 'changes' },
      body: bytesBody([MANIFEST_MEDIA_TYPE], MAX_MANIFEST_BYTES, 'A compact JWS.'),
      responses: {
        200: { description: 'The manifest, which was there already.', schema: importedManifest },
        201: { description: 'The manifest.', schema: importedManifest },
      },
      handle: async ({ caller, body }) => {
        const { row, isNew, inForce } = await importManifest(context, caller, body);
        const shown = presentManifest(row, inForce, caller);
        if (!isNew) return ok(shown);
        return created(await withReceipt(context, shown), `/v1/device-manifests/${row.id}`);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/platform-certificates',
      operationId: 'importPlatformCertificate',
      summary: "Import a TPM's platform certificate, which tells the machine that it was built into",
      description:
        'An attribute certificate under a root that was approved for `tcg-platform-ca`, with the endorsement certificate that it names. It counts as a manifest about one `host-tpm`.',
      tag,
      authorise: { scheme: 'bearer', scope: 'manifests:import', effect: 'changes' },
      body: jsonBody(platformCertificateRequest, 256 * 1024),
      responses: {
        200: { description: 'The certificate, which was there already.', schema: importedManifest },
        201: { description: 'The certificate.', schema: importedManifest },
      },
      handle: async ({ caller, body }) => {
        const bytes = (text: string, path: string): Uint8Array => fromBase64Url(text, `body.${path}`);
        const { row, isNew, inForce } = await importPlatformCertificate(context, caller, {
          platformCertificate: bytes(body.platformCertificate, 'platformCertificate'),
          platformIntermediates: body.platformIntermediates.map((text) =>
            bytes(text, 'platformIntermediates'),
          ),
          ekCertificate: bytes(body.ekCertificate, 'ekCertificate'),
          ekIntermediates: body.ekIntermediates.map((text) => bytes(text, 'ekIntermediates')),
        });
        const shown = presentManifest(row, inForce, caller);
        if (!isNew) return ok(shown);
        return created(await withReceipt(context, shown), `/v1/device-manifests/${row.id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/device-manifests',
      operationId: 'listManifests',
      summary: 'What manufacturers said of devices, oldest first; an exporter sees what it imported',
      tag,
      authorise: { scheme: 'bearer', scope: 'manifests:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of manifests.', schema: pageOf(importedManifest) } },
      handle: async ({ caller, query }) => {
        const listed = await listManifests(context, caller, query);
        return pageReply(listed, (row) => presentManifest(row, listed.inForce.has(row.id), caller));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/device-manifests/{manifestId}',
      operationId: 'getManifest',
      summary: 'One of them, and whether it counts now',
      tag,
      authorise: { scheme: 'bearer', scope: 'manifests:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The manifest.', schema: importedManifest } },
      handle: async ({ caller, params }) => {
        const { row, inForce } = await getManifest(context, caller, params.manifestId);
        return ok(presentManifest(row, inForce, caller));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/device-manifests/{manifestId}/content',
      operationId: 'getManifestContent',
      summary: 'One of them, byte for byte as it was imported',
      tag,
      authorise: { scheme: 'bearer', scope: 'manifests:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The manifest.', mediaType: MANIFEST_MEDIA_TYPE } },
      handle: async ({ caller, params }) => {
        const { row } = await getManifest(context, caller, params.manifestId);
        return content(CONTENT_TYPE[row.kind], row.content);
      },
    }),
  ];
}
