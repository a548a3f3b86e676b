// Verification, for the session that puts an account together.

export { VERIFICATION_METHODS } from "./verification.ts";
export { MatrixVerifications } from "./verifications.ts";
