import type { View } from '../../app/view.ts';

export const incidents: View = {
  path: '/incidents',
  scopes: ['incidents:read'],
  place: { group: 'watch', label: { en: 'Incidents', ko: '사건' } },
  load: () => import('./incidents.tsx'),
};

export const incident: View = {
  path: '/incidents/:incidentId',
  scopes: ['incidents:read'],
  load: () => import('./incident.tsx'),
};
