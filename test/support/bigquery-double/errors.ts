/** An error as the API reports it: with a reason, and the HTTP status that goes with it. */
export class ApiError extends Error {
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

export const notFound = (what: string) => new ApiError(404, 'notFound', `Not found: ${what}`)
export const duplicate = (what: string) => new ApiError(409, 'duplicate', `Already Exists: ${what}`)
export const invalidQuery = (message: string) => new ApiError(400, 'invalidQuery', message)
export const invalid = (message: string) => new ApiError(400, 'invalid', message)
