"""Small HTTP servers on the loopback interface, so that tests exercise the real client over real sockets."""
