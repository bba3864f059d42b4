import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, type AgentOptions, openAgent } from '../../agent/agent.ts';
import type { EkOptions } from '../../agent/tpm/endorsement.ts';
import { useProxyOf } from '../../agent/verifier/proxy.ts';
import { parsePem } from '../../bytes/pem.ts';
import type { Tracer } from '../../service/telemetry/trace/tracer.ts';
import { UsageError } from '../failure.ts';
import { dataFolder } from '../settings.ts';
import { yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import type { AgentSettings } from './settings.ts';

/** The agent that the options describe; its process speaks through the proxy that the environment names. */
export function openAgentFor(settings: AgentSettings, tracer?: Tracer): Agent {
  useProxyOf(process.env);
  const { verifier, evidence, gpus, tsm, tcti, ak, akHandle, pcrs, licence } = settings;
  const options: AgentOptions = {
    data: settings.data ?? join(dataFolder(undefined), 'agent'),
    ...(verifier === undefined ? {} : { verifier }),
    evidence,
    gpus,
    ...(tsm === undefined ? {} : { tsm: { reports: tsm } }),
    note: (sentence) => process.stderr.write(`${yellow('–')} ${printable(sentence)}\n`),
    ...(tcti === undefined ? {} : { tcti }),
    ...(ak === undefined ? {} : { akAlgorithm: ak }),
    ...(akHandle === undefined ? {} : { akHandle }),
    ek: endorsementOptions(settings),
    ...(settings.fetchEkCertificate ? { ekService: {} } : {}),
    ...(pcrs === undefined ? {} : { pcrs }),
    dangerouslyPlaintext: settings.dangerouslyPlaintext,
    ...(licence === undefined ? {} : { licences: licence }),
    listDevices: settings.listDevices,
    tracer,
  };
  return openAgent(options);
}

/** What the options say of the endorsement key. @throws UsageError `unreadable` */
export function endorsementOptions(settings: AgentSettings): EkOptions {
  const { ek, ekCertificate, ekChain, platformCertificate, platformChain } = settings;
  const [certificate] = ekCertificate === undefined ? [] : readCertificates(ekCertificate);
  const [platform] =
    platformCertificate === undefined ? [] : readCertificates(platformCertificate, 'ATTRIBUTE CERTIFICATE');
  return {
    ...(ek === undefined ? {} : { algorithm: ek }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(ekChain === undefined ? {} : { intermediates: readCertificates(ekChain) }),
    ...(platform === undefined
      ? {}
      : {
          platform: {
            certificate: platform,
            intermediates: platformChain === undefined ? [] : readCertificates(platformChain),
          },
        }),
  };
}

/** One certificate in DER, or any number in PEM. Whether they are any good is the verifier's to say. */
function readCertificates(path: string, label = 'CERTIFICATE'): Uint8Array[] {
  try {
    const bytes = new Uint8Array(readFileSync(path));
    return bytes[0] === 0x30 ? [bytes] : parsePem(bytes, { label });
  } catch (cause) {
    throw new UsageError('unreadable', `${path} holds no certificate`, 'Name a file in DER or PEM.', cause);
  }
}
