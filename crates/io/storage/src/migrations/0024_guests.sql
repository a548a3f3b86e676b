-- Open guests, the oldest first: those who were not seen for long are closed.
CREATE INDEX accounts_of_guests ON accounts (created_at, user_number) WHERE guest = 1 AND deactivated_at IS NULL;
