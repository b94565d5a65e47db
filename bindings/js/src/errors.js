/** What went wrong; the message says what and where, `code` is Scoreway's stable name of it ("INVALID_ARGUMENT", "UNSUPPORTED", ...). */
export class ScorewayError extends Error {
  constructor(message, code) {
    super(message);
    this.name = "ScorewayError";
    this.code = code;
  }
}

export const invalid = (message) => new ScorewayError(message, "INVALID_ARGUMENT");
