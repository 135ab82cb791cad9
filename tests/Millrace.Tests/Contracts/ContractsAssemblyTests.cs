using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Millrace.Contracts;

namespace Millrace.Tests.Contracts;

public sealed class ContractsAssemblyTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly Assembly Contracts = typeof(GenerateRequested).Assembly;

    [Fact]
    public void It_needs_nothing_but_the_framework() =>
        Assert.All(Contracts.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));

    [Fact]
    public void Records_are_sealed_and_immutable() => Assert.All(
        Contracts.GetExportedTypes().Where(type => type.GetMethod("<Clone>$") is not null),
        record =>
        {
            Assert.True(record.IsSealed, $"{record.Name} is not sealed.");
            Assert.All(record.GetProperties(Own), property => Assert.Contains(
                typeof(IsExternalInit), property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()));
        });

    [Fact]
    public void Every_public_member_says_what_it_is()
    {
        var documented = XDocument.Load(Path.ChangeExtension(Contracts.Location, ".xml")).Descendants("member")
            .Where(member => member.Elements().Any(element => element.Name == "inheritdoc" || (element.Name == "summary" && element.Value.Trim().Length > 0)))
            .Select(member => (string)member.Attribute("name")!)
            .ToHashSet();

        var missing = Contracts.GetExportedTypes()
            .SelectMany(type => type.GetMembers(Own).Where(IsWritten).Select(member => Name(type, member)).Prepend($"T:{type.FullName}"))
            .Where(name => !documented.Any(known => known == name || known.StartsWith(name + "(", StringComparison.Ordinal)));

        Assert.Empty(missing);
    }

    private static bool IsWritten(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute))
        && member is PropertyInfo or FieldInfo { IsSpecialName: false } or MethodInfo { IsSpecialName: false }
        && member.Name != "Deconstruct" && !member.Name.Contains('<');

    private static string Name(Type type, MemberInfo member) =>
        $"{(member is PropertyInfo ? 'P' : member is FieldInfo ? 'F' : 'M')}:{type.FullName}.{member.Name}";
}
