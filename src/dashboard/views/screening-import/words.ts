import { dictionary } from '../../words/dictionary.ts';

export const screeningImportWords = dictionary(
  {
    title: 'Screening results from a file',
    lead: 'What a screening tool found, a row for each party and day. Rows that are right are kept although others are not; the report says of each what became of it.',
    toList: 'To the parties',
    readsOnly: 'You signed in with a token that only reads: nothing can be recorded with it.',
    columnsHint:
      'In any order, all of them needed. The outcome is clear, hit (which denies) or review (not yet clear); the list must have been declared before. What a person denied, no row clears. JSON is an array, or a line each, of the same members.',
    allTaken: 'Every row is on record.',
    subject: 'Party',
    outcomes: { recorded: 'Recorded', unchanged: 'There already', rejected: 'Rejected' },
    mend: {
      row_malformed: 'Write the row again: as many cells as there are columns, text with commas in quotes.',
      field_invalid:
        'Mend that column of the row: days are written as 2026-11-22, parties are named by their identifiers, which their own pages show.',
      field_unknown: 'Leave the field out, or correct its name.',
      party_unknown: 'Name a party of the register by its identifier (pty_…), or have it registered first.',
      date_ahead: 'Write the day on which the party was screened: it lies ahead.',
      list_unknown: 'Declare that version of the list first, or correct it.',
      renamed_since:
        'The party changed its name on that day or later: screen it under its present name, or record your word on its page.',
    },
  },
  {
    title: '파일로 심사 결과 등록',
    lead: '심사 도구의 결과를 당사자와 날짜마다 한 행씩 담습니다. 다른 행에 오류가 있어도 올바른 행은 등록되며, 보고서가 행마다 결과를 알려 줍니다.',
    toList: '당사자 목록으로',
    readsOnly: '읽기 전용 토큰으로 로그인했습니다. 이 토큰으로는 기록할 수 없습니다.',
    columnsHint:
      '열 순서는 자유이며 모두 필요합니다. 결과는 clear(이상 없음), hit(거부) 또는 review(아직 아님)이고, 명단은 먼저 공표되어 있어야 합니다. 사람이 거부한 것은 어떤 행으로도 풀리지 않습니다. JSON은 같은 항목의 배열이거나 한 줄에 하나씩입니다.',
    allTaken: '모든 행이 기록되었습니다.',
    subject: '당사자',
    outcomes: { recorded: '기록됨', unchanged: '이미 있음', rejected: '거부됨' },
    mend: {
      row_malformed: '행을 다시 쓰십시오. 칸 수는 열 수와 같아야 하고 쉼표가 든 글은 따옴표로 묶습니다.',
      field_invalid:
        '그 행의 해당 열을 고치십시오. 날짜는 2026-11-22처럼 적고, 당사자는 각 페이지에 있는 식별자로 적습니다.',
      field_unknown: '항목을 빼거나 이름을 고치십시오.',
      party_unknown: '등록부의 당사자를 식별자(pty_…)로 적거나 먼저 등록하게 하십시오.',
      date_ahead: '당사자를 심사한 날을 적으십시오. 미래의 날짜입니다.',
      list_unknown: '그 명단 판을 먼저 공표하거나 적힌 판을 고치십시오.',
      renamed_since:
        '당사자의 이름이 그날 또는 그 뒤에 바뀌었습니다. 지금 이름으로 다시 심사하거나 당사자 화면에서 직접 판단을 기록하십시오.',
    },
  },
);
