import { Instant, useNow } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Status } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { TrustInput } from './trust-state.tsx';
import { trustWords } from './words.ts';

type Certificate = NonNullable<TrustInput['certificates']>[number];

/** Root certificates as people tell them apart: by name, fingerprint and validity. */
export function Certificates({ certificates }: { readonly certificates: readonly Certificate[] }) {
  const words = useWords(trustWords);
  return (
    <Panel title={words.certificates} aside={words.certificatesNote}>
      <Scroller label={words.certificates}>
        <table className="plain-table">
          <thead>
            <tr>
              {[words.subject, words.columns.state, words.notBefore, words.notAfter].map((header) => (
                <th key={header} scope="col">
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {certificates.map((certificate) => (
              <tr key={certificate.sha256}>
                <th scope="row">
                  <Told text={certificate.subject} most={600} />
                  <p className="soft">
                    {words.sha256} <Told text={certificate.sha256} mono />
                  </p>
                </th>
                <td>
                  <Validity {...certificate} />
                </td>
                <td>
                  <Instant at={certificate.notBefore} />
                </td>
                <td>
                  <Instant at={certificate.notAfter} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </Panel>
  );
}

function Validity({ notBefore, notAfter }: Certificate) {
  const words = useWords(trustWords);
  const now = useNow().getTime();
  if (now < Date.parse(notBefore)) return <Status tone="warn">{words.notYet}</Status>;
  if (now > Date.parse(notAfter)) return <Status tone="bad">{words.expired}</Status>;
  return <Status tone="good">{words.inDate}</Status>;
}
