using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Millrace.Client.Errors;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

[Integration]
public sealed class TlsTests
{
    [Fact]
    public async Task A_server_with_a_certificate_of_unknown_origin_gets_no_password()
    {
        using var certificate = SelfSigned();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = HearAsync(listener, certificate);
        var (client, end) = await Stage.ClientOfAServiceAsync(
            $"amqps://guest:secret@localhost:{((IPEndPoint)listener.LocalEndpoint).Port}", options => options.ReadyTimeout = TimeSpan.FromSeconds(1));

        // It says so as soon as it has tried
        await Until.FitsAsync(
            () => Assert.ThrowsAsync<FleetUnreachableException>(() => client.GenerateAsync("hello", cancellationToken: TestContext.Current.CancellationToken)),
            error => Causes(error).Any(cause => cause is AuthenticationException), "an error for the certificate");
        Assert.Equal(0, await heard);
        await end();
    }

    /// <summary>What the first caller said after the handshake, in bytes.</summary>
    private static async Task<int> HearAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var caller = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var tls = new SslStream(caller.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            return await tls.ReadAsync(new byte[100], TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return 0;
        }
    }

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            yield return error;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
