//! Accounts, devices, tokens, profiles and account data.
