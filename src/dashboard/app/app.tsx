import { QueryClientProvider } from '@tanstack/react-query';
import { SessionGate } from '../session/gate.tsx';
import { LanguageProvider } from '../words/language.tsx';
import { AnnouncerProvider } from './announce.tsx';
import { Failsafe } from './failsafe.tsx';
import { queries } from './queries.ts';
import { Shell } from './shell.tsx';

export function App() {
  return (
    <LanguageProvider>
      <Failsafe>
        <QueryClientProvider client={queries}>
          <AnnouncerProvider>
            <SessionGate>
              <Shell />
            </SessionGate>
          </AnnouncerProvider>
        </QueryClientProvider>
      </Failsafe>
    </LanguageProvider>
  );
}
