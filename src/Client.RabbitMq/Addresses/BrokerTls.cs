using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Web;
using MassTransit;
using RabbitMQ.Client;

namespace Millrace.Client.RabbitMq.Addresses;

/// <summary>
/// TLS to the broker: the certificate must be for the host of the address, and come from an authority that the machine trusts or, where the address names a file
/// (<c>?cacertfile=/etc/millrace/ca.pem</c>, as in RabbitMQ's own addresses), from one in that file and no other.
/// </summary>
internal sealed class BrokerTls
{
    private const string Authorities = "cacertfile";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly string host;
    private readonly string? file;
    private readonly X509Certificate2Collection? trusted;

    private BrokerTls(Uri address)
    {
        host = address.Host;
        file = FileOf(address);
        trusted = file is null ? null : Read(file);
    }

    /// <summary>Null for an address without TLS.</summary>
    /// <exception cref="InvalidOperationException">The file cannot be read.</exception>
    public static BrokerTls? Of(Uri address) => IsSecure(address) ? new BrokerTls(address) : null;

    /// <summary>What is wrong with what an address says about TLS; null if nothing.</summary>
    public static string? Fault(Uri address)
    {
        if (FileOf(address) is not { } file)
            return null;
        if (!IsSecure(address))
            return $"The connection string 'RabbitMq' names {Authorities}, and its scheme is {address.Scheme}, without TLS; use amqps://.";
        try
        {
            Read(file);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>The address without what is said in it about TLS.</summary>
    public static Uri Bare(Uri address)
    {
        if (FileOf(address) is null)
            return address;
        var rest = HttpUtility.ParseQueryString(address.Query);
        rest.Remove(Authorities);
        return new UriBuilder(address) { Query = rest.ToString() }.Uri;
    }

    public void Apply(IRabbitMqSslConfigurator tls)
    {
        tls.Protocol = SslProtocols.None; // the system's choice
        tls.ServerName = host;
        tls.EnforcePolicyErrors(
            SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable);
        tls.CertificateValidationCallback = Check;
    }

    public void Apply(SslOption tls)
    {
        tls.Enabled = true;
        tls.ServerName = host;
        tls.AcceptablePolicyErrors = SslPolicyErrors.None;
        tls.CertificateValidationCallback = Check;
    }

    private static bool IsSecure(Uri address) => address.Scheme.EndsWith('s') || address.Port == 5671;

    private static string? FileOf(Uri address) =>
        address.Query.Length > 1 ? HttpUtility.ParseQueryString(address.Query)[Authorities] : null;

    private static X509Certificate2Collection Read(string file)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(file);
            if (found.Count > 0)
                return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException($"{Authorities} of the connection string 'RabbitMq' is '{file}', which cannot be read: {e.Message}", e);
        }

        throw new InvalidOperationException($"{Authorities} of the connection string 'RabbitMq' is '{file}', and no certificate stands in it; it holds one or more in PEM.");
    }

    /// <summary>Throws rather than says no: what is said of a no is only that there was one.</summary>
    private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            throw new AuthenticationException($"The broker at {host} has shown no certificate.");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new AuthenticationException($"The broker's certificate ({certificate.Subject}) is not for the host {host}.");
        if (trusted is null)
        {
            return errors == SslPolicyErrors.None ? true : throw NotTrusted(
                certificate, chain, "by this machine; if it comes from a private authority, name the authority's file in the address: ?" + Authorities + "=/path/ca.pem");
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(trusted);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // a private authority has nobody to ask
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var sent in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            own.ChainPolicy.ExtraStore.Add(sent.Certificate);
        return own.Build((X509Certificate2)certificate) ? true : throw NotTrusted(certificate, own, $"by '{file}'");
    }

    private AuthenticationException NotTrusted(X509Certificate certificate, X509Chain? chain, string by)
    {
        var why = string.Join(", ", (chain?.ChainStatus ?? []).Select(status => status.Status).Distinct());
        return new AuthenticationException(
            $"The certificate of the broker at {host} ({certificate.Subject}, issued by {certificate.Issuer}) is not trusted {by} ({why}).");
    }
}
