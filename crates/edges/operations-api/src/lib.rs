//! Health, readiness and metrics for operators, on a listener of their own.
