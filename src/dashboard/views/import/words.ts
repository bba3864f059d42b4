import { counted, dictionary, digits } from '../../words/dictionary.ts';

type Done = { readonly rows: number; readonly rejected: number };

export const importWords = dictionary(
  {
    file: 'The file',
    choose: 'CSV or JSON file',
    chooseHint:
      'Choose one, or drop it here. At most 10,000 rows and 8 MiB. A CSV begins with names of columns:',
    refused: {
      tooLarge: 'The file is larger than 8 MiB. Split it, and choose the parts one after the other.',
      tooMany: 'The file holds more than 10,000 rows. Split it, and choose the parts one after the other.',
      unreadable: 'The browser cannot read the file. Close it in other programs, then choose it again.',
    },
    chosen: (rows: number | null) =>
      rows === null
        ? 'The file was read. Nothing is sent yet.'
        : `${counted(rows, 'row')} read. Nothing is sent yet.`,
    check: 'What will be sent',
    name: 'Name',
    rows: 'Rows',
    notCounted: 'Not counted: the verifier says what is wrong',
    header: 'Columns:',
    firstRows: (rows: number) => (rows === 1 ? 'The first row:' : `The first ${digits(rows)} rows:`),
    tryIt: 'Check first',
    tryNote: 'Checking keeps and logs nothing: the verifier says of each row what would become of it now.',
    trying: (rows: number | null) =>
      rows === null ? 'Checking the file …' : `Checking ${counted(rows, 'row')} …`,
    tried: ({ rows, rejected }: Done) =>
      `Checked, nothing is kept: ${digits(rows - rejected)} of ${counted(rows, 'row')} would be taken, ${digits(rejected)} rejected.`,
    wouldBe: 'What would become of them',
    allWouldBeTaken: 'Every row would be taken. Nothing is kept yet: send the file.',
    someWouldBeTaken:
      'Nothing is kept yet. Save the rejected rows, or mend them in the file and choose it again; or send it as it is: the other rows are kept, these are not.',
    reportBefore: 'What would become of each row',
    wouldBeRejected: 'Rows that would be rejected',
    send: (rows: number | null) => (rows === null ? 'Send' : `Send ${counted(rows, 'row')}`),
    sending: (rows: number | null) =>
      rows === null
        ? 'Sending, and waiting for the report …'
        : `Sending ${counted(rows, 'row')}, and waiting for the report …`,
    done: ({ rows, rejected }: Done) =>
      `Done: ${digits(rows - rejected)} of ${counted(rows, 'row')} taken, ${digits(rejected)} rejected.`,
    report: 'What became of each row',
    whatNow:
      'What was taken stays. Save the rejected rows, mend them, and choose that file: nothing else is sent again. Rows that repeat another are not in it.',
    whatNowWhole:
      'What was taken stays. Mend the file, and choose it again: what is on the register already is not changed by it.',
    rowHint: 'Rows are counted without the names of the columns: row 1 is the second record of the file.',
    saveReport: 'Report (CSV)',
    saveRejected: (rows: number) => `Rejected rows, to mend (${digits(rows)})`,
    show: 'Show',
    row: 'Row',
    outcome: 'Outcome',
    rejected: 'Rejected rows',
    rowNumber: (row: number) => `Row ${digits(row)}`,
    moreRejected: (count: number) => `${digits(count)} more`,
    howToMend: 'What to do:',
    asWritten: 'As written',
    code: 'Code',
    field: 'Column or member',
  },
  {
    file: '파일',
    choose: 'CSV 또는 JSON 파일',
    chooseHint:
      '파일을 선택하거나 여기에 놓으십시오. 최대 10,000행, 8MiB입니다. CSV는 열 이름으로 시작합니다.',
    refused: {
      tooLarge: '파일이 8MiB보다 큽니다. 나누어 차례로 선택하십시오.',
      tooMany: '파일이 10,000행을 넘습니다. 나누어 차례로 선택하십시오.',
      unreadable: '브라우저가 파일을 읽을 수 없습니다. 다른 프로그램에서 닫고 다시 선택하십시오.',
    },
    chosen: (rows: number | null) =>
      rows === null
        ? '파일을 읽었습니다. 아직 보내지 않았습니다.'
        : `${digits(rows, 'ko')}행을 읽었습니다. 아직 보내지 않았습니다.`,
    check: '보낼 내용',
    name: '이름',
    rows: '행',
    notCounted: '세지 못함: 무엇이 잘못되었는지 검증기가 알려 줍니다',
    header: '열:',
    firstRows: (rows: number) => `처음 ${digits(rows, 'ko')}행:`,
    tryIt: '먼저 검사하기',
    tryNote:
      '검사는 아무것도 등록하거나 기록하지 않습니다. 지금 보내면 각 행이 어떻게 될지 검증기가 알려 줍니다.',
    trying: (rows: number | null) =>
      rows === null ? '파일을 검사하는 중 …' : `${digits(rows, 'ko')}행을 검사하는 중 …`,
    tried: ({ rows, rejected }: Done) =>
      `검사 완료, 등록된 것 없음: ${digits(rows, 'ko')}행 중 ${digits(rows - rejected, 'ko')}행 등록 가능, ${digits(rejected, 'ko')}행 거부 예정.`,
    wouldBe: '보내면 어떻게 되는지',
    allWouldBeTaken: '모든 행을 등록할 수 있습니다. 아직 아무것도 등록되지 않았습니다. 파일을 보내십시오.',
    someWouldBeTaken:
      '아직 아무것도 등록되지 않았습니다. 거부될 행을 저장하거나 파일에서 고쳐 다시 선택하십시오. 그대로 보내면 나머지 행만 등록됩니다.',
    reportBefore: '행별 예상 결과',
    wouldBeRejected: '거부될 행',
    send: (rows: number | null) => (rows === null ? '보내기' : `${digits(rows, 'ko')}행 보내기`),
    sending: (rows: number | null) =>
      rows === null
        ? '보내고 보고서를 기다리는 중 …'
        : `${digits(rows, 'ko')}행을 보내고 보고서를 기다리는 중 …`,
    done: ({ rows, rejected }: Done) =>
      `완료: ${digits(rows, 'ko')}행 중 ${digits(rows - rejected, 'ko')}행 등록, ${digits(rejected, 'ko')}행 거부.`,
    report: '행별 결과',
    whatNow:
      '등록된 행은 그대로 남습니다. 거부된 행을 저장해 고친 뒤 그 파일을 선택하십시오. 다른 행은 다시 보내지 않습니다. 다른 행과 중복된 행은 그 파일에 없습니다.',
    whatNowWhole:
      '등록된 행은 그대로 남습니다. 파일을 고쳐 다시 선택하십시오. 이미 등록된 것은 그 파일로 바뀌지 않습니다.',
    rowHint: '열 이름은 세지 않습니다. 1행은 파일의 두 번째 레코드입니다.',
    saveReport: '보고서(CSV)',
    saveRejected: (rows: number) => `고칠 거부 행(${digits(rows, 'ko')})`,
    show: '표시',
    row: '행',
    outcome: '결과',
    rejected: '거부된 행',
    rowNumber: (row: number) => `${digits(row, 'ko')}행`,
    moreRejected: (count: number) => `${digits(count, 'ko')}행 더 보기`,
    howToMend: '할 일:',
    asWritten: '적힌 그대로',
    code: '코드',
    field: '열 또는 항목',
  },
);
