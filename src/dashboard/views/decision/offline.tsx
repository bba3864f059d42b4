import { Panel } from '../../parts/panel.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useWords } from '../../words/language.tsx';
import type { Decision } from './types.ts';
import { decisionWords } from './words.ts';

/** The commands by which whoever trusts nobody checks a decision and its grants. */
export function Offline({ decision: { id, grants = [] } }: { readonly decision: Decision }) {
  const words = useWords(decisionWords);
  const { origin } = location;
  const decisionId = toldText(id);
  return (
    <Panel title={words.offline}>
      <Command sentence={words.offlineReceipt}>
        {`sextant audit ${origin} --mirror audit/ --as auditor --receipt receipt-${decisionId}.json`}
      </Command>
      <Command sentence={words.offlineExport}>
        {`sextant audit export ${origin} --as auditor --decision ${decisionId} --out export/`}
      </Command>
      {grants.length > 0 && (
        <Command sentence={words.offlineGrant}>
          {[
            `curl -s ${origin}/.well-known/grant-keys.json > grant-keys.json`,
            `curl -s ${origin}/.well-known/status-list-keys.json > status-keys.json`,
            `sextant grant verify grant-lic_….json --issuer ${origin} --tenant NAME \\`,
            '  --keys grant-keys.json --status-keys status-keys.json --profile basic',
          ].join('\n')}
        </Command>
      )}
    </Panel>
  );
}

function Command({ sentence, children }: { readonly sentence: string; readonly children: string }) {
  return (
    <>
      <p>{sentence}</p>
      <pre className="decision__command">{children}</pre>
    </>
  );
}
