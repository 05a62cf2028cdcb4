# The sed script of the 2007 article for the lines of `tcpdump -tnr`, with the networks and ports of these benchmarks. It
# prints `client server service`. As in the article, local addresses are first marked with `knownip`; all others become `_`.
s/^IP \([0-9.]*\)\.\([0-9]*\) > \([0-9.]*\)\.[0-9]*: .*$/ \3  \1  \2 /
s/ \(10\.[0-9.]*\) / knownip\1 /g
s/ \(172\.1[6-9]\.[0-9.]*\) / knownip\1 /g
s/ \(172\.2[0-9]\.[0-9.]*\) / knownip\1 /g
s/ \(172\.3[01]\.[0-9.]*\) / knownip\1 /g
s/ \(192\.168\.[0-9.]*\) / knownip\1 /g
s/ [0-9][0-9]*\.[0-9.]* / _ /g
s/knownip//g
s/ 22 $/ ssh /
s/ 25 $/ smtp /
s/ 53 $/ domain /
s/ 80 $/ http /
s/ 88 $/ kerberos /
s/ 143 $/ imap /
s/ 389 $/ ldap /
s/ 443 $/ https /
s/ 445 $/ microsoft-ds /
s/ 587 $/ submission /
s/ 873 $/ rsync /
s/ 993 $/ imaps /
s/ \([0-9][0-9]*\) $/ up:\1 /
