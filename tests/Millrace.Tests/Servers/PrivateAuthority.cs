using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Millrace.Tests.Servers;

/// <summary>An authority of this test's own, which no machine trusts, and what it has issued to a server on this machine, as files in PEM.</summary>
internal sealed class PrivateAuthority : IDisposable
{
    private readonly ScratchFolder folder = new("authority");

    public PrivateAuthority()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN=Test authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        using var authority = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
        File.WriteAllText(Certificate, authority.ExportCertificatePem());
        Issue(authority, now);
    }

    /// <summary>The authority's own certificate: what a client is told to trust.</summary>
    public string Certificate => folder.File("ca.pem");

    /// <summary>Issued for <c>localhost</c> and 127.0.0.1.</summary>
    public string ServerCertificate => folder.File("server.pem");

    public string ServerKey => folder.File("server.key");

    public void Dispose() => folder.Dispose();

    private void Issue(X509Certificate2 authority, DateTimeOffset now)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var issued = request.Create(authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(ServerCertificate, issued.ExportCertificatePem());
        File.WriteAllText(ServerKey, key.ExportPkcs8PrivateKeyPem());
    }
}
