"""What the RFCs say about mail. Pure: knows no network, member or policy."""
